import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../platform/clock.ts';
import type { Priority } from '../../message/message.ts';
import { held, message, nextId, noon, pending, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

const minute = 60_000;

export function leaseTests(subject: Subject): void {
  const claim = async (owner: string, now = noon, limit = 100) =>
    await subject.store.claim({ now, lease: { owner, until: plus(now, minute) }, limit });

  describe('claim', () => {
    test('gives a due message once, leased and with a raised version', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }));
      const [first, ...more] = await claim('a');
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        accepted: { id },
        version: 2,
        lease: { owner: 'a', until: plus(noon, minute) },
        contentRef: { kind: 'inline' },
      });
      expect(await claim('b')).toEqual([]);
      expect(await subject.store.get(id)).toEqual(first);
    });

    test('passes over what is not due, held, settled or leased', async () => {
      await subject.store.insert(message({ id: nextId() }, { progress: progress(pending(plus(noon, 1))) }));
      await subject.store.insert(message({ id: nextId() }, { progress: progress(held()) }));
      await subject.store.insert(message({ id: nextId() }, { lease: { owner: 'a', until: plus(noon, 1) } }));
      const settled = nextId();
      await subject.store.insert(message({ id: settled }));
      await subject.store.change({ id: settled, version: 1, progress: progress(relayed()), lease: null });
      expect(await claim('b')).toEqual([]);
    });

    test('priority passes normal, normal passes bulk, then the oldest due', async () => {
      const expected: string[] = [];
      const add = async (priority: Priority, dueAgoMs: number) => {
        const id = nextId();
        await subject.store.insert(
          message({ id, priority }, { progress: progress(pending(instant(noon - dueAgoMs))) }),
        );
        return id;
      };
      const bulk = await add('bulk', 9000);
      const young = await add('normal', 10);
      const old = await add('normal', 20);
      const urgent = await add('priority', 0);
      expected.push(urgent, old, young, bulk);
      const claimed = [...(await claim('a', noon, 3)), ...(await claim('a', noon, 3))];
      expect(claimed.map((item) => item.accepted.id)).toEqual(expected);
    });

    test('owners that claim at the same time never get the same message', async () => {
      const count = 200;
      await Promise.all(Array.from({ length: count }, () => subject.store.insert(message({ id: nextId() }))));
      const claims = await Promise.all(
        Array.from({ length: 40 }, (_, n) => claim(`owner-${n % 4}`, noon, 7)),
      );
      const ids = claims.flat().map((item) => item.accepted.id);
      expect(ids).toHaveLength(count);
      expect(new Set(ids).size).toBe(count);
    });

    test('takes over a lapsed lease; the former owner meets a conflict', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }));
      const [first] = await claim('a');
      const later = plus(noon, minute);
      const [second] = await claim('b', later);
      expect(second?.accepted.id).toBe(id);
      expect(
        await subject.store.change({
          id,
          version: first?.version ?? 0,
          progress: progress(relayed()),
          lease: null,
        }),
      ).toEqual({ kind: 'conflict' });
      const { lapsed, ...taken } = second ?? {};
      expect(lapsed).toEqual(first?.lease);
      expect(await subject.store.get(id)).toEqual(taken);
    });

    test('says whose lease was not given back, and nothing of one that was', async () => {
      const [given, lost, never] = [nextId(), nextId(), nextId()];
      const lease = (owner: string) => ({ owner, until: plus(noon, minute) });
      await subject.store.insert(message({ id: given }, { lease: lease('a/1') }));
      await subject.store.insert(message({ id: lost }, { lease: lease('b/1') }));
      await subject.store.insert(message({ id: never }));
      await subject.store.release('a');
      const claimed = await claim('c', plus(noon, minute));
      expect(new Map(claimed.map((item) => [item.accepted.id, item.lapsed]))).toEqual(
        new Map([
          [given, undefined],
          [lost, lease('b/1')],
          [never, undefined],
        ]),
      );
    });

    test('survives the end of the process', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }, { lease: { owner: 'node/1', until: plus(noon, minute) } }));
      await subject.reopen();
      expect(await claim('b')).toEqual([]);
      await subject.store.release('node');
      expect(await claim('b')).toHaveLength(1);
    });
  });

  describe('renew and release', () => {
    test('renew moves the end of all leases of an owner and of what is below it, and keeps versions', async () => {
      const mine = [nextId(), nextId(), nextId()];
      const owners = ['node/1', 'node/1/7', 'node/10'];
      for (const [n, id] of mine.entries()) {
        await subject.store.insert(
          message({ id }, { lease: { owner: owners[n] ?? '', until: plus(noon, minute) } }),
        );
      }
      await subject.store.renew({ owner: 'node/1', until: plus(noon, 3 * minute) });
      const rows = await Promise.all(mine.map((id) => subject.store.get(id)));
      expect(rows.map((row) => [row?.lease?.owner, row?.lease?.until, row?.version])).toEqual([
        ['node/1', plus(noon, 3 * minute), 1],
        ['node/1/7', plus(noon, 3 * minute), 1],
        ['node/10', plus(noon, minute), 1],
      ]);
      expect((await claim('b', plus(noon, 2 * minute))).map((item) => item.accepted.id)).toEqual([mine[2]]);
    });

    test('release frees the leases of the owner alone, and keeps versions', async () => {
      const ids = [nextId(), nextId()];
      const until = plus(noon, minute);
      await subject.store.insert(message({ id: ids[0] ?? '' }, { lease: { owner: 'a/1', until } }));
      await subject.store.insert(message({ id: ids[1] ?? '' }, { lease: { owner: 'ab/1', until } }));
      await subject.store.release('a');
      expect(await subject.store.get(ids[0] ?? nextId())).toMatchObject({ lease: null, version: 1 });
      expect((await claim('b')).map((item) => item.accepted.id)).toEqual([ids[0]]);
    });
  });

  describe('lapse', () => {
    test('ends the leases of an owner and of what is below it, keeps versions, and they count as not given back', async () => {
      const ids = [nextId(), nextId(), nextId()] as const;
      const owners = ['a/1', 'a/1/7', 'ab/1'];
      for (const [n, id] of ids.entries()) {
        await subject.store.insert(
          message({ id }, { lease: { owner: owners[n] ?? '', until: plus(noon, minute) } }),
        );
      }
      await subject.store.lapse('a');
      expect(await subject.store.nextDue()).toBe(noon);
      expect((await subject.store.get(ids[0]))?.version).toBe(1);
      await subject.reopen();
      const claimed = await claim('b');
      expect(claimed.map(({ accepted, version, lapsed }) => [accepted.id, version, lapsed?.owner])).toEqual([
        [ids[0], 2, 'a/1'],
        [ids[1], 2, 'a/1/7'],
      ]);
    });

    test('keeps the time at which a message is due', async () => {
      const id = nextId();
      const due = plus(noon, 5000);
      const lease = { owner: 'a', until: plus(noon, minute) };
      await subject.store.insert(message({ id }, { progress: progress(pending(due)), lease }));
      await subject.store.lapse('a');
      expect(await subject.store.nextDue()).toBe(due);
      expect(await claim('b')).toEqual([]);
      expect(await claim('b', due)).toHaveLength(1);
    });
  });

  describe('next due', () => {
    test('nothing in an empty store, nor of held messages', async () => {
      expect(await subject.store.nextDue()).toBeUndefined();
      await subject.store.insert(message({ id: nextId() }, { progress: progress(held()) }));
      expect(await subject.store.nextDue()).toBeUndefined();
    });

    test('the least of dues and ends of leases', async () => {
      const due = (ms: number, until?: number) =>
        subject.store.insert(
          message(
            { id: nextId() },
            {
              progress: progress(pending(plus(noon, ms))),
              lease: until === undefined ? null : { owner: 'a', until: plus(noon, until) },
            },
          ),
        );
      await due(5000);
      await due(0, 9000);
      expect(await subject.store.nextDue()).toBe(plus(noon, 5000));
      await due(0, 4000);
      expect(await subject.store.nextDue()).toBe(plus(noon, 4000));
      await due(3000);
      expect(await subject.store.nextDue()).toBe(plus(noon, 3000));
    });
  });
}
