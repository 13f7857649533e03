import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../platform/clock.ts';
import type { RecipientState } from '../../message/message.ts';
import type { MessageQuery } from '../store.ts';
import type { Sample } from './samples.ts';
import { held, message, nextId, noon, pending, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

function waiting(code: string, text: string, notBefore = plus(noon, 60_000)): RecipientState {
  const last = {
    scope: 'connector',
    permanence: 'transient',
    stage: 'connect',
    code,
    text,
    status: '4.4.1',
  } as const;
  return { kind: 'pending', notBefore, attempts: 1, last };
}

export function searchTests(subject: Subject): void {
  const names = new Map<string, string>();
  const add = async (name: string, sample: Omit<Sample, 'id'>, ...states: readonly RecipientState[]) => {
    const id = nextId();
    names.set(id, name);
    const given = message({ id, ...sample });
    await subject.store.insert(states.length === 0 ? given : { ...given, progress: progress(...states) });
    return id;
  };
  const found = async (query: Omit<MessageQuery, 'limit'>): Promise<readonly (string | undefined)[]> => {
    const { items } = await subject.store.list({ ...query, limit: 100 });
    return items.map(({ accepted }) => names.get(accepted.id));
  };

  describe('search', () => {
    const fill = async () => {
      await add('scan', {
        sender: 'scanner7@print.contoso.com',
        recipients: ['ann@contoso.com'],
        subject: 'Scan [3]',
        bytes: 4000,
      });
      await add('erp', {
        source: 'erp-berlin',
        sender: 'invoice@contoso.com',
        recipients: ['bob@fabrikam.com', 'eve@fabrikam.com'],
        bytes: 90_000,
      });
      await add(
        'mixed',
        { subject: 'Hello, world; again', recipients: ['ann@contoso.com', 'eve@contoso.com'] },
        relayed(),
        {
          kind: 'expired',
          at: noon,
        },
      );
      await add('held', { sender: 'b*d@contoso.com', subject: 'x'.repeat(150) }, held());
    };

    test.each<readonly [string, Omit<MessageQuery, 'limit'>, readonly string[]]>([
      ['a part of a sender', { text: 'print.contoso' }, ['scan']],
      ['a source', { text: 'erp-ber' }, ['erp']],
      ['the address of a client', { client: '10.20.0' }, ['held', 'mixed', 'erp', 'scan']],
      ['sender alone', { sender: 'ann@' }, []],
      ['recipient alone', { recipient: 'eve@' }, ['mixed', 'erp']],
      ['sender and recipient', { sender: 'invoice', recipient: 'bob' }, ['erp']],
      ['a wildcard fits a whole field', { recipient: 'eve@*' }, ['mixed', 'erp']],
      ['a wildcard fits no part of a field', { recipient: 've@*' }, []],
      ['a wildcard does not reach from one field into the next', { recipient: 'bob@*eve@fabrikam.com' }, []],
      ['? is one character', { sender: 'scanner?@print.contoso.com' }, ['scan']],
      ['? is not none', { sender: 'scanner7?@print.contoso.com' }, []],
      ['several wildcards', { sender: 's*n*r?@*.contoso.*' }, ['scan']],
      ['brackets are ordinary', { text: 'scan [3]' }, ['scan']],
      ['brackets are ordinary beside a wildcard', { text: 'scan [[]*' }, []],
      ['brackets are ordinary before a wildcard', { text: 'scan [*' }, ['scan']],
      [
        'a pasted list: any of',
        { text: 'bob@fabrikam.com\r\nnobody@contoso.com, "scan [3]"' },
        ['erp', 'scan'],
      ],
      ['a pasted list of many', { text: 'n1,n2,n3,n4,n5,eve@fabrikam.com,n6' }, ['erp']],
      ['a list of many with wildcards', { recipient: 'n1,n2,n3,n4,bob@*,n6' }, ['erp']],
      ['commas in quotes are ordinary', { text: '"Hello, world; again"' }, ['mixed']],
      ['commas alone are no term', { text: ' ,; \n' }, ['held', 'mixed', 'erp', 'scan']],
      ['a list that fits nothing', { text: 'n1,n2,n3,n4,n5' }, []],
      ['result', { result: 'mixed' }, ['mixed']],
      ['at least one relayed', { result: 'delivered' }, ['mixed']],
      ['at least one not', { result: 'undelivered' }, ['mixed']],
      ['taken from a client', { origin: 'client' }, ['held', 'mixed', 'erp', 'scan']],
      ['made by the relay', { origin: 'relay' }, []],
      ['size', { bytesMin: 4000, bytesMax: 4000 }, ['scan']],
      ['at least so large', { bytesMin: 4001 }, ['erp']],
      ['the largest first', { order: 'largest', bytesMin: 6 }, ['erp', 'scan']],
      ['the smallest first', { order: 'smallest', bytesMin: 6 }, ['scan', 'erp']],
      [
        'everything at once',
        { text: 'contoso', sender: '*', state: 'held', source: 'warehouse-printer' },
        ['held'],
      ],
    ])('%s', async (_, query, expected) => {
      await fill();
      expect(await found(query)).toEqual(expected);
    });

    test('many wildcards against a long field take no long time', async () => {
      await fill();
      const started = performance.now();
      expect(await found({ text: `${'*x'.repeat(60)}*y` })).toEqual([]);
      expect(performance.now() - started).toBeLessThan(1000);
    });

    test('a list of words in every script is looked for as well', async () => {
      await add('han', { subject: '扫描 仓库' });
      const words = Array.from({ length: 300 }, (_, index) => String.fromCharCode(0x5000 + index));
      expect(await found({ text: words.slice(0, 90).join(',') })).toEqual([]);
      expect(await found({ text: `${words.slice(0, 4).join(words.slice(4).join(''))},仓库` })).toEqual([
        'han',
      ]);
    });

    test.each(['largest', 'smallest'] as const)(
      'pages, %s first, with equal sizes, without a gap or a repeat',
      async (order) => {
        for (let n = 0; n < 23; n += 1) await add(`m${n}`, { bytes: 100 + (n % 3) });
        const seen: (string | undefined)[] = [];
        let cursor: string | undefined;
        do {
          const page = await subject.store.list({
            order,
            limit: 5,
            ...(cursor === undefined ? {} : { cursor }),
          });
          seen.push(...page.items.map(({ accepted }) => names.get(accepted.id)));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(seen).toHaveLength(23);
        expect(new Set(seen).size).toBe(23);
        expect(seen).toEqual(await found({ order }));
      },
    );

    test('what a sweep took away is not found', async () => {
      const id = await add('old', { at: instant(noon - 86_400_000), subject: 'gone' });
      await subject.store.change({
        id,
        version: 1,
        progress: progress(relayed(instant(noon - 86_000_000))),
        lease: null,
      });
      expect(await found({ text: 'gone' })).toEqual(['old']);
      await subject.store.sweep({ messages: noon, events: noon });
      expect(await found({ text: 'gone' })).toEqual([]);
    });
  });

  describe('groups of the queue', () => {
    test('name connector, domain and reason, with counts and ages', async () => {
      const refused = waiting('connect-refused', 'nothing listens', plus(noon, 5000));
      await add(
        'a',
        { recipients: ['a@contoso.com', 'b@contoso.com', 'c@fabrikam.com'] },
        refused,
        refused,
        relayed(),
      );
      await add(
        'b',
        { recipients: ['d@contoso.com'], at: instant(noon - 3_600_000) },
        waiting('connect-refused', 'nothing listens'),
      );
      await add('c', { recipients: ['e@fabrikam.com'] }, held());
      await add('d', { recipients: ['f@fabrikam.com'] }, relayed());
      const { groups, ...all } = await subject.store.queueGroups('all', plus(noon, 1000));
      expect(all).toMatchObject({ active: 3, held: 1, oldestAt: noon - 3_600_000, isCut: false });
      expect(all.ages.reduce((sum, count) => sum + count)).toBe(3);
      expect(groups).toHaveLength(2);
      expect(groups[0]).toMatchObject({
        domain: 'contoso.com',
        code: 'connect-refused',
        reason: 'nothing listens',
        recipients: 3,
        messages: 2,
        held: 0,
        oldestAt: noon - 3_600_000,
        nextAttemptAt: plus(noon, 5000),
      });
      // One below a minute, one between one hour and four.
      expect(groups[0]?.ages).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0]);
      expect(groups[1]).toMatchObject({ domain: 'fabrikam.com', code: 'held', recipients: 1, held: 1 });
      expect(await found({ waitingFor: 'connect-refused' })).toEqual(['b', 'a']);
    });

    test('what may have arrived twice, in work and settled', async () => {
      const put = async (name: string, inDoubt: number, state: RecipientState) => {
        const id = nextId();
        names.set(id, name);
        await subject.store.insert(message({ id }, { progress: { ...progress(state), inDoubt } }));
      };
      await put('sure', 0, relayed());
      await put('once', 1, relayed());
      await put('waits', 2, pending());
      await put('elsewhere', 1, relayed(noon, 'backup'));
      expect(await found({ inDoubt: 'yes' })).toEqual(['elsewhere', 'waits', 'once']);
      expect(await found({ inDoubt: 'no' })).toEqual(['sure']);
      expect(await found({ inDoubt: 'yes', state: 'active' })).toEqual(['waits']);
      expect(await found({ inDoubt: 'yes', connector: 'backup' })).toEqual(['elsewhere']);
      expect(await found({ inDoubt: 'yes', order: 'smallest' })).toEqual(['once', 'waits', 'elsewhere']);
    });

    test('by connector: the one tried last, or the one an operator chose', async () => {
      const attempt = { at: noon, durationMs: 1, connector: 'm365', host: 'h:25', results: [] };
      const state = waiting('x', 'x');
      await subject.store.insert(
        message({ id: nextId() }, { progress: { ...progress(state), attempts: [attempt] } }),
      );
      await subject.store.insert(
        message(
          { id: nextId() },
          { progress: { ...progress(state), attempts: [attempt], reroute: 'backup' } },
        ),
      );
      await subject.store.insert(message({ id: nextId() }, { progress: progress(pending()) }));
      const { groups } = await subject.store.queueGroups('connector', noon);
      expect(new Set(groups.map(({ connector }) => connector))).toEqual(
        new Set(['backup', 'm365', undefined]),
      );
    });
  });
}
