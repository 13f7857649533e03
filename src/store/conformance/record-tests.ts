import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../platform/clock.ts';
import type { EventRecord } from '../store.ts';
import { StoreError } from '../store.ts';
import { message, nextId, noon, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

const event = (ref: string, change: Partial<EventRecord> = {}): EventRecord => ({
  ref,
  at: noon,
  kind: 'refused',
  source: 'erp',
  address: '10.20.0.16',
  fields: { rule: 'no-source', sender: 'x@contoso.com' },
  ...change,
});

export function recordTests(subject: Subject): void {
  describe('events', () => {
    test('found by reference, as recorded', async () => {
      const fields = JSON.parse(
        '{"__proto__":1,"text":"a\\u0000\'\\"b","list":[1,null]}',
      ) as EventRecord['fields'];
      subject.store.record(event('01A', { fields }));
      expect(await subject.store.event('01A')).toEqual(event('01A', { fields }));
      expect(await subject.store.event('01B')).toBeUndefined();
      await subject.reopen();
    });

    test('are kept without anybody asking', async () => {
      subject.store.record(event('01A'));
      await subject.reopen();
      expect(await subject.store.event('01A')).toEqual(event('01A'));
    });

    test('newest first, by kind and text, in pages', async () => {
      for (let n = 0; n < 6; n += 1) {
        subject.store.record(event(`r${n}`, { kind: n % 2 === 0 ? 'refused' : 'login-failed' }));
      }
      const refs = async (query: Parameters<typeof subject.store.events>[0]) => {
        const page = await subject.store.events(query);
        return page.items.map((item) => item.ref);
      };
      expect(await refs({ limit: 10 })).toEqual(['r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
      expect(await refs({ limit: 10, kind: 'refused' })).toEqual(['r4', 'r2', 'r0']);
      expect(await refs({ limit: 10, text: 'R3' })).toEqual(['r3']);
      expect(await refs({ limit: 10, text: 'X@CONTOSO' })).toHaveLength(6);
      expect(await refs({ limit: 10, text: '%' })).toEqual([]);
      expect(await refs({ limit: 10, from: noon })).toHaveLength(6);
      expect(await refs({ limit: 10, from: (noon + 1) as typeof noon })).toEqual([]);
      const first = await subject.store.events({ limit: 4 });
      expect(await refs({ limit: 4, cursor: first.cursor ?? '' })).toEqual(['r1', 'r0']);
    });

    test('of one source, and not those that mention its name', async () => {
      subject.store.record(event('own'));
      subject.store.record(event('other', { source: 'erp2', fields: { sender: 'erp@contoso.com' } }));
      subject.store.record({
        ref: 'nobody',
        at: noon,
        kind: 'refused',
        fields: { source: 'erp', explanation: 'one address outside erp' },
      });
      const { items } = await subject.store.events({ limit: 10, source: 'erp' });
      expect(items.map(({ ref }) => ref)).toEqual(['own']);
      expect((await subject.store.events({ limit: 10, text: 'erp' })).items).toHaveLength(3);
    });

    test('bounded in number: the oldest go', async () => {
      for (let n = 0; n < 130; n += 1) subject.store.record(event(`r${n}`));
      const { items } = await subject.store.events({ limit: 1000 });
      expect(items).toHaveLength(50);
      expect(items.at(-1)?.ref).toBe('r80');
    });
  });

  describe('sweep', () => {
    test('drops settled messages and events from before, and nothing else', async () => {
      const settled = async (at: number) => {
        const id = nextId();
        await subject.store.insert(message({ id, at: instant(noon - 5000) }));
        await subject.store.change({ id, version: 1, progress: progress(relayed(instant(at))), lease: null });
        return id;
      };
      const old = await settled(noon - 1);
      const young = await settled(noon);
      const active = nextId();
      await subject.store.insert(message({ id: active, at: instant(noon - 9000) }));
      subject.store.record(event('old', { at: instant(noon - 1) }));
      subject.store.record(event('young', { at: noon }));
      expect(await subject.store.sweep({ messages: noon, events: noon })).toEqual({
        messages: 1,
        events: 1,
        files: 0,
      });
      expect(await subject.store.get(old)).toBeUndefined();
      expect(await subject.store.get(young)).toBeDefined();
      expect(await subject.store.get(active)).toBeDefined();
      expect(await subject.store.event('old')).toBeUndefined();
      expect(await subject.store.event('young')).toBeDefined();
    });

    test('clears a long trace', async () => {
      const ids = Array.from({ length: 1200 }, () => nextId());
      await Promise.all(ids.map((id) => subject.store.insert(message({ id }))));
      await Promise.all(
        ids.map((id) => subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null })),
      );
      const before = { messages: plus(noon, 1), events: noon };
      expect((await subject.store.sweep(before)).messages).toBe(1200);
      expect(await subject.store.stats()).toMatchObject({ active: 0, settled: 0 });
    });
  });

  describe('documents', () => {
    test('absent, put, replaced', async () => {
      expect(await subject.store.document('policy')).toBeUndefined();
      await subject.store.putDocument('policy', 'one');
      await subject.store.putDocument('policy', 'zwei €\u0000\n');
      await subject.store.putDocument('__proto__', 'other');
      await subject.reopen();
      expect(await subject.store.document('policy')).toBe('zwei €\u0000\n');
      expect(await subject.store.document('__proto__')).toBe('other');
      expect(await subject.store.document('Policy')).toBeUndefined();
    });
  });

  test('a closed store says so', async () => {
    const { store } = subject;
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    const closed = await store.insert(message({ id: nextId() })).catch((error: unknown) => error);
    expect(closed).toBeInstanceOf(StoreError);
    expect((closed as StoreError).kind).toBe('closed');
    await expect(store.get(nextId())).rejects.toThrow(StoreError);
    store.record(event('late'));
    expect(store.health?.() ?? 'ok').toBe('ok');
  });
}
