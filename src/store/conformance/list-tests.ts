import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../platform/clock.ts';
import type { QueueId } from '../../message/message.ts';
import type { MessageQuery } from '../store.ts';
import { held, message, nextId, noon, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

export function listTests(subject: Subject): void {
  describe('list', () => {
    const ids = {} as Record<'old' | 'active' | 'held' | 'settled', QueueId>;
    const fill = async () => {
      for (const name of ['old', 'active', 'held', 'settled'] as const) ids[name] = nextId();
      await subject.store.insert(
        message({
          id: ids.old,
          at: instant(noon - 3_600_000),
          sender: 'Old.Scanner@contoso.com',
          source: 'erp',
        }),
      );
      await subject.store.insert(message({ id: ids.active, recipients: ['boss@fabrikam.com'] }));
      await subject.store.insert(
        message({ id: ids.held, subject: 'Quartal ÄÖÜ' }, { progress: progress(held()) }),
      );
      await subject.store.insert(message({ id: ids.settled, at: plus(noon, 1000) }));
      await subject.store.change({
        id: ids.settled,
        version: 1,
        progress: progress(relayed(noon, 'backup')),
        lease: null,
      });
    };
    const names = async (query: Omit<MessageQuery, 'limit'>) => {
      const { items } = await subject.store.list({ ...query, limit: 100 });
      const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      return items.map((item) => byId.get(item.accepted.id));
    };

    test.each<readonly [string, Omit<MessageQuery, 'limit'>, readonly string[]]>([
      ['newest first by default', {}, ['settled', 'held', 'active', 'old']],
      ['oldest first', { order: 'oldest' }, ['old', 'active', 'held', 'settled']],
      ['active holds held ones', { state: 'active' }, ['held', 'active', 'old']],
      ['held', { state: 'held' }, ['held']],
      ['settled', { state: 'settled' }, ['settled']],
      ['source', { source: 'erp' }, ['old']],
      ['a source is no pattern', { source: 'er%' }, []],
      ['connector', { connector: 'backup' }, ['settled']],
      ['part of a connector is none', { connector: 'back' }, []],
      ['sender without regard to case', { text: 'old.SCANNER@' }, ['old']],
      ['recipient', { text: 'boss@fabrikam' }, ['active']],
      ['subject beyond ASCII without regard to case', { text: 'quartal äöü' }, ['held']],
      ['text is no pattern', { text: '%' }, []],
      ['from, inclusive', { acceptedFrom: plus(noon, 1000) }, ['settled']],
      ['before, exclusive', { acceptedBefore: noon }, ['old']],
      ['all together', { state: 'active', text: 'contoso', acceptedBefore: noon, order: 'oldest' }, ['old']],
      ['nothing', { text: 'nowhere' }, []],
    ])('%s', async (_, query, expected) => {
      await fill();
      expect(await names(query)).toEqual(expected);
    });

    test.each(['newest', 'oldest'] as const)('pages, %s first, without a gap or a repeat', async (order) => {
      const inserted: QueueId[] = [];
      for (let n = 0; n < 23; n += 1) {
        const id = nextId();
        inserted.push(id);
        await subject.store.insert(message({ id }));
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await subject.store.list({
          order,
          limit: 5,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.items.length).toBeLessThanOrEqual(5);
        seen.push(...page.items.map((item) => item.accepted.id));
        cursor = page.cursor;
        // What arrives meanwhile must not shift the pages.
        if (order === 'newest') await subject.store.insert(message({ id: nextId() }));
      } while (cursor !== undefined);
      expect(seen).toEqual(order === 'oldest' ? inserted : inserted.toReversed());
    });

    test('a page that ends exactly at the end has no cursor', async () => {
      await subject.store.insert(message({ id: nextId() }));
      await subject.store.insert(message({ id: nextId() }));
      expect((await subject.store.list({ limit: 2 })).cursor).toBeUndefined();
      expect((await subject.store.list({ limit: 1 })).cursor).toBeDefined();
    });
  });
}
