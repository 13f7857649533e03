/** What Microsoft 365 says of a sender, of a quota, of connections: what waits for it, what goes on, and how it ends. */
import { describe, expect, test } from 'vitest';
import type { Where } from '../connector/judged-connector.ts';
import { judgeFailure } from '../connector/judged-connector.ts';
import type { RecipientOutcome, Stage } from '../message/outcome.ts';
import { formatReply } from '../message/reply.ts';
import { quietMs } from './connection-pace.ts';
import { testFailure, testReply } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import type { ConnectorInput } from './testing/test-relay.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const minute = 60_000;
const hour = 60 * minute;
const password = { type: 'password', username: 'relay@contoso.com', password: 'test-password' };
const tenant = { domain: 'contoso.com', acceptedDomains: ['contoso.com'] };

function said(where: Where, stage: Stage, code: number, enhanced: string, text: string): RecipientOutcome {
  const reply = testReply(code, enhanced, text);
  return {
    kind: 'failed',
    failure: judgeFailure(testFailure({ stage, reply, text: `refused: ${formatReply(reply)}` }), where),
  };
}

const submission = (name: string, more: object = {}): ConnectorInput => ({
  name,
  route: { type: 'smtp-submission', mailbox: 'relay@contoso.com', credential: password },
  tls: 'required',
  ...more,
});

async function start(connectors: readonly ConnectorInput[]): Promise<TestRelay> {
  const relay = await TestRelay.start();
  relay.policy.replace(testPolicy(connectors, 2, tenant));
  return relay;
}

const kindsOf = (relay: TestRelay, prefix = ''): string[] =>
  relay.events.list.map(({ kind }) => kind as string).filter((kind) => kind.startsWith(prefix));

describe('a sender without the right to send (554 5.2.252 SendAsDenied)', () => {
  const denied = said(
    'submission',
    'content',
    554,
    '5.2.252',
    'SendAsDenied; relay@contoso.com not allowed to send as boss@contoso.com',
  );

  async function withOneDenied(): Promise<TestRelay> {
    const relay = await start([submission('out', { retry: { initial: '10m', maximum: '1h' } })]);
    relay.script = ({ envelope }) => (envelope.reversePath?.text === 'boss@contoso.com' ? denied : relayed);
    await relay.send({ sender: 'boss@contoso.com' });
    await relay.run();
    return relay;
  }

  test('his mail waits after one refusal, that of others goes', async () => {
    const relay = await withOneDenied();
    for (let count = 0; count < 5; count++) await relay.send({ sender: 'boss@contoso.com' });
    await relay.send({ sender: 'scanner@contoso.com' });
    await relay.run(minute);
    expect(relay.connector('out').attempts).toHaveLength(2);
    expect(await relay.kinds('M7')).toEqual(['relayed']);
    const { progress } = await relay.message('M2');
    expect(progress.recipients).toMatchObject([
      {
        kind: 'pending',
        attempts: 0,
        last: {
          code: 'sender-suspended',
          text: expect.stringMatching(/^mail of boss@contoso\.com by out waits until .*SendAs/),
        },
      },
    ]);
    expect(kindsOf(relay, 'connector-suspended')).toEqual([]);
    expect(kindsOf(relay, 'sender-')).toEqual(['sender-suspended']);
    expect(kindsOf(relay, 'connector-trouble')).toEqual(['connector-trouble']);
    await relay.end();
  });

  test('status says who waits, why and how long', async () => {
    const relay = await withOneDenied();
    expect(relay.delivery.status().connectors[0]?.senders).toEqual([
      {
        sender: 'boss@contoso.com',
        code: 'sendas-denied-52252',
        reason: expect.stringContaining('5.2.252'),
        since: relay.clock.now(),
        until: expect.any(Number),
      },
    ]);
    await relay.end();
  });

  test('one message of his tries again, and with its success all the others go', async () => {
    const relay = await withOneDenied();
    for (let count = 0; count < 5; count++) await relay.send({ sender: 'boss@contoso.com' });
    await relay.run(hour);
    const tries = relay.connector('out').attempts.length;
    // 10 to 20 minutes, then up to 40: one message each time, of six.
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThanOrEqual(4);
    relay.script = () => relayed;
    await relay.run(2 * hour);
    for (const id of ['M1', 'M2', 'M3', 'M4', 'M5', 'M6']) expect(await relay.kinds(id)).toEqual(['relayed']);
    expect(kindsOf(relay, 'sender-').at(-1)).toBe('sender-resumed');
    expect(kindsOf(relay, 'connector-trouble').at(-1)).toBe('connector-trouble-over');
    await relay.end();
  });

  test('an operator lets him try now', async () => {
    const relay = await withOneDenied();
    await relay.send({ sender: 'boss@contoso.com' });
    await relay.run();
    relay.script = () => relayed;
    await relay.delivery.resume('out');
    await relay.run(1);
    expect([await relay.kinds('M1'), await relay.kinds('M2')]).toEqual([['relayed'], ['relayed']]);
    expect(relay.delivery.status().connectors[0]?.senders).toEqual([]);
    await relay.end();
  });

  test('a fallback with other rights takes his mail meanwhile', async () => {
    const relay = await start([
      submission('out', { fallback: 'other' }),
      submission('other', {
        route: { type: 'smtp-submission', mailbox: 'boss@contoso.com', credential: password },
        addressSpaces: [{ pattern: 'nobody.example' }],
      }),
    ]);
    relay.script = () => (relay.connector('out').active > 0 ? denied : relayed);
    for (let count = 0; count < 3; count++) {
      await relay.send({ sender: 'boss@contoso.com' });
      await relay.run();
    }
    for (const id of ['M1', 'M2', 'M3']) expect(await relay.kinds(id)).toEqual(['relayed']);
    expect(relay.connector('out').attempts).toHaveLength(1);
    await relay.end();
  });
});

describe('the tenant sends no more outside (550 5.7.233, TERRL)', () => {
  const terrl = said(
    'submission',
    'content',
    550,
    '5.7.233',
    "Your message can't be sent because your tenant exceeded its limit",
  );
  const isOutside = ({ address }: { readonly address: { readonly domainKey: string } }): boolean =>
    address.domainKey !== 'contoso.com';

  async function atTheLimit(connectors = [submission('out')]): Promise<TestRelay> {
    const relay = await start(connectors);
    relay.script = ({ envelope }) => (envelope.recipients.some(isOutside) ? terrl : relayed);
    await relay.send();
    await relay.run();
    return relay;
  }

  test('one refusal is not followed by another, and mail within the tenant goes on', async () => {
    const relay = await atTheLimit();
    for (let count = 0; count < 4; count++) await relay.send({ recipients: ['user@example.org'] });
    await relay.send({ recipients: ['user@contoso.com'] });
    await relay.run(50 * minute);
    expect(relay.connector('out').attempts).toHaveLength(2);
    expect(await relay.kinds('M6')).toEqual(['relayed']);
    expect((await relay.message('M2')).progress.recipients).toMatchObject([
      {
        kind: 'pending',
        attempts: 0,
        last: { code: 'quota-exhausted', text: expect.stringContaining('5.7.233') },
      },
    ]);
    expect(kindsOf(relay, 'connector-')).toEqual(['connector-trouble']);
    await relay.end();
  });

  test('a message to both sides reaches the inner one at once, and nobody twice', async () => {
    const relay = await atTheLimit();
    relay.connector('out').attempts.length = 0;
    await relay.delivery.resume('out');
    await relay.send({ recipients: ['in@contoso.com', 'out@example.org', 'too@contoso.com'] });
    // The pace of 30 a minute spreads the starts.
    await relay.run(10_000);
    expect(await relay.kinds('M2')).toEqual(['relayed', 'pending', 'relayed']);
    const taken = relay.connector('out').attempts.map(({ recipients }) => recipients.join(' '));
    expect(taken).toContain('in@contoso.com too@contoso.com');
    await relay.end();
  });

  test('it holds for every connector of the tenant, and is seen with reason and end', async () => {
    const other = submission('other', {
      route: { type: 'smtp-submission', mailbox: 'second@contoso.com', credential: password },
      addressSpaces: [{ pattern: 'example.net' }],
    });
    const relay = await atTheLimit([submission('out', { addressSpaces: [{ pattern: '*' }] }), other]);
    await relay.send({ recipients: ['user@example.net'] });
    await relay.run(minute);
    expect(await relay.kinds('M2')).toEqual(['pending']);
    expect(relay.made.flatMap(({ attempts }) => attempts)).toHaveLength(1);
    for (const { quotas } of relay.delivery.status().connectors) {
      expect(quotas.find(({ quota }) => quota.startsWith('external recipients in'))).toMatchObject({
        free: 0,
        freeAt: expect.any(Number),
        said: expect.stringContaining('5.7.233'),
      });
    }
    await relay.end();
  });

  test('after an hour one message tries, and with its success the rest goes', async () => {
    const relay = await atTheLimit();
    for (let count = 0; count < 5; count++) await relay.send();
    await relay.run(70 * minute);
    expect(relay.connector('out').attempts).toHaveLength(2);
    relay.script = () => relayed;
    await relay.run(5 * hour);
    for (let count = 1; count <= 6; count++) expect(await relay.kinds(`M${count}`)).toEqual(['relayed']);
    expect(kindsOf(relay, 'connector-trouble')).toEqual(['connector-trouble', 'connector-trouble-over']);
    await relay.end();
  });

  test('a restart does not forget it', async () => {
    const first = await atTheLimit();
    await first.run(10_000);
    await first.end();
    const second = await TestRelay.start({
      store: first.store,
      clock: first.clock,
      owner: 'again',
      connectors: [],
    });
    await second.end();
    const third = await TestRelay.start({ store: first.store, clock: first.clock, owner: 'third' });
    third.policy.replace(testPolicy([submission('out')], 2, tenant));
    await third.send({ id: 'LATER' });
    await third.run(minute);
    expect(await third.kinds('LATER')).toEqual(['pending']);
    await third.end();
  });
});

describe('the mailbox has used up its day (SubmissionQuotaExceeded)', () => {
  const exceeded = said(
    'submission',
    'content',
    554,
    '5.2.0',
    'STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
  );

  test('the other connector of the same mailbox asks no more either', async () => {
    const graph = {
      name: 'graph',
      route: {
        type: 'graph',
        mailbox: 'relay@contoso.com',
        credential: {
          type: 'oauth',
          tenantId: 'contoso.com',
          clientId: '11111111-1111-1111-1111-111111111111',
          secret: 'test-secret',
        },
      },
      tls: 'required',
      addressSpaces: [{ pattern: 'example.net' }],
    };
    const relay = await start([submission('out'), graph]);
    relay.script = () => exceeded;
    await relay.send();
    await relay.run();
    await relay.send({ recipients: ['user@example.net'] });
    await relay.run(30 * minute);
    expect(relay.made.flatMap(({ attempts }) => attempts)).toHaveLength(1);
    expect(await relay.kinds('M2')).toEqual(['pending']);
    await relay.end();
  });
});

describe('too many connections (432 4.3.2)', () => {
  const tooMany = said('submission', 'mail', 432, '4.3.2', 'Concurrent connections limit exceeded.');

  test('half of them at a refusal, one more after each quiet time, seen in status and told', async () => {
    const relay = await start([
      submission('out', {
        limits: { connections: 8, messagesPerMinute: 600 },
        retry: { initial: '10s', maximum: '1m' },
      }),
    ]);
    relay.script = () => tooMany;
    for (let count = 0; count < 8; count++) await relay.send();
    await relay.run();
    expect(relay.delivery.status().connectors[0]?.connections).toEqual({
      now: 4,
      limit: 8,
      reason: expect.stringContaining('432'),
    });
    relay.script = () => relayed;
    await relay.run(4 * quietMs + minute);
    await relay.send();
    await relay.run();
    expect(relay.delivery.status().connectors[0]?.connections).toEqual({ now: 8, limit: 8 });
    const told = relay.events.list.flatMap((event) =>
      event.kind === 'connector-paced' ? [event.connections] : [],
    );
    expect(told.at(0)).toBe(4);
    expect(told.at(-1)).toBe(8);
    await relay.end();
  });

  test('never fewer than one, and no more are under way at a time', async () => {
    const relay = await start([
      submission('out', {
        limits: { connections: 2, messagesPerMinute: 600 },
        retry: { initial: '10s', maximum: '20s' },
      }),
    ]);
    relay.script = () => tooMany;
    for (let count = 0; count < 6; count++) await relay.send();
    await relay.run(4 * minute);
    expect(relay.delivery.status().connectors[0]?.connections.now).toBe(1);
    const connector = relay.connector('out');
    connector.activeMost = 0;
    relay.script = async () => {
      await new Promise<void>((resolve) => relay.clock.after(1_000, () => resolve()));
      return relayed;
    };
    await relay.run(4 * minute);
    expect(connector.activeMost).toBe(1);
    for (let count = 1; count <= 6; count++) expect(await relay.kinds(`M${count}`)).toEqual(['relayed']);
    await relay.end();
  });
});
