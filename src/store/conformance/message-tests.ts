import { describe, expect, test } from 'vitest';
import { instant, plus } from '../../platform/clock.ts';
import { StoreError } from '../store.ts';
import { accepted, contentOf, held, message, nextId, noon, pending, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

export function messageTests(subject: Subject): void {
  describe('insert and get', () => {
    test('gives back what was inserted, version 1', async () => {
      const id = nextId();
      const lease = { owner: 'node/1', until: plus(noon, 60_000) };
      const given = message({ id, subject: 'Rechnung Nr. 7 – prüfen' }, { lease });
      await subject.store.insert(given);
      await subject.reopen();
      expect(await subject.store.get(id)).toEqual({
        accepted: given.accepted,
        progress: given.progress,
        lease,
        version: 1,
        contentRef: { kind: 'inline' },
      });
    });

    test('knows nothing of an id that was never inserted', async () => {
      expect(await subject.store.get(nextId())).toBeUndefined();
    });

    test('an id can be inserted once; the first message stays as it is', async () => {
      const id = nextId();
      await subject.store.insert(message({ id, subject: 'first' }));
      await expect(subject.store.insert(message({ id, subject: 'second' }))).rejects.toThrow(StoreError);
      expect((await subject.store.get(id))?.accepted.content.subject).toBe('first');
      expect((await subject.store.stats()).active).toBe(1);
    });

    test('one of many that is refused does not take its neighbours with it', async () => {
      const taken = nextId();
      await subject.store.insert(message({ id: taken }));
      const ids = Array.from({ length: 20 }, () => nextId());
      const results = await Promise.allSettled([
        ...ids.slice(0, 10).map((id) => subject.store.insert(message({ id }))),
        subject.store.insert(message({ id: taken })),
        ...ids.slice(10).map((id) => subject.store.insert(message({ id }))),
      ]);
      expect(results.map((result) => result.status)).toEqual([
        ...Array.from({ length: 10 }, () => 'fulfilled'),
        'rejected',
        ...Array.from({ length: 10 }, () => 'fulfilled'),
      ]);
      await subject.reopen();
      for (const id of ids) expect((await contentOf(subject.store, id)).toString()).toBe('hello');
    });

    test('many in parallel: each is there, with its own content', async () => {
      const ids = Array.from({ length: 500 }, () => nextId());
      await Promise.all(
        ids.map((id) =>
          subject.store.insert(
            message(
              { id },
              { content: { kind: 'bytes', chunks: [Buffer.from('content of '), Buffer.from(id)] } },
            ),
          ),
        ),
      );
      await subject.reopen();
      expect((await subject.store.stats()).active).toBe(500);
      for (const id of ids) expect((await contentOf(subject.store, id)).toString()).toBe(`content of ${id}`);
    });

    test.each([
      ['quotes and SQL', `'; DROP TABLE messages; -- "`],
      ['NUL', 'a\u0000b'],
      ['a property of every object', '__proto__'],
      ['a lone surrogate', 'a\ud800b'],
      ['LIKE wildcards', '100%_\\'],
      ['beyond the BMP', '📠 fax'],
    ])('keeps hostile text: %s', async (_, text) => {
      const id = nextId();
      const given = message({ id, subject: text, source: text });
      await subject.store.insert(given);
      await subject.store.putDocument(text, text);
      expect((await subject.store.get(id))?.accepted.content.subject).toBe(text);
      const found = await subject.store.list({ text, limit: 10 });
      expect(found.items.map((item) => item.accepted.id)).toEqual([id]);
    });
  });

  describe('change', () => {
    test('raises the version and keeps content while a recipient is not final', async () => {
      const id = nextId();
      await subject.store.insert(
        message({ id, recipients: ['a@x.org', 'b@x.org'] }, { progress: progress(pending(), pending()) }),
      );
      const next = progress(relayed(), pending(plus(noon, 60_000), 1));
      expect(await subject.store.change({ id, version: 1, progress: next, lease: null })).toEqual({
        kind: 'changed',
        version: 2,
      });
      await subject.reopen();
      const stored = await subject.store.get(id);
      expect(stored).toMatchObject({
        version: 2,
        progress: next,
        lease: null,
        contentRef: { kind: 'inline' },
      });
      expect((await contentOf(subject.store, id)).toString()).toBe('hello');
    });

    test('settled: the row stays as trace, the content goes', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }, { lease: { owner: 'node/1', until: plus(noon, 60_000) } }));
      await subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null });
      await subject.reopen();
      const stored = await subject.store.get(id);
      expect(stored).toMatchObject({ version: 2, progress: progress(relayed()), lease: null });
      expect(stored?.contentRef).toBeUndefined();
      const read = async () => {
        for await (const _ of subject.store.open(id, { kind: 'inline' })) void _;
      };
      await expect(read()).rejects.toThrow(StoreError);
      expect(await subject.store.stats()).toMatchObject({ active: 0, settled: 1 });
    });

    test.each([0, 2, 99])('version %i instead of 1 is a conflict and changes nothing', async (version) => {
      const id = nextId();
      const add = nextId();
      await subject.store.insert(message({ id }));
      const before = await subject.store.get(id);
      expect(
        await subject.store.change({
          id,
          version,
          progress: progress(relayed()),
          lease: null,
          adds: [message({ id: add })],
        }),
      ).toEqual({ kind: 'conflict' });
      expect(await subject.store.get(id)).toEqual(before);
      expect(await subject.store.get(add)).toBeUndefined();
    });

    test('of an unknown id is a conflict', async () => {
      const id = nextId();
      expect(
        await subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null }),
      ).toEqual({ kind: 'conflict' });
    });

    test('of two changes made from one version exactly one is done', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }));
      const results = await Promise.all([
        subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null }),
        subject.store.change({ id, version: 1, progress: progress(held()), lease: null }),
      ]);
      expect(results.map((result) => result.kind).sort()).toEqual(['changed', 'conflict']);
    });

    test('a settled message can still be annotated', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }));
      await subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null });
      const annotated = {
        ...progress(relayed()),
        notes: [{ at: noon, step: 'notice' as const, text: 'seen' }],
      };
      expect(await subject.store.change({ id, version: 1, progress: annotated, lease: null })).toEqual({
        kind: 'conflict',
      });
      expect(await subject.store.change({ id, version: 2, progress: annotated, lease: null })).toEqual({
        kind: 'changed',
        version: 3,
      });
      expect((await subject.store.get(id))?.progress.notes).toHaveLength(1);
    });

    test('adds are committed with the change', async () => {
      const id = nextId();
      const add = nextId();
      await subject.store.insert(message({ id }));
      const notice = message(
        { id: add },
        { content: { kind: 'bytes', chunks: [Buffer.from('not '), Buffer.from('delivered')] } },
      );
      await subject.store.change({
        id,
        version: 1,
        progress: progress(relayed()),
        lease: null,
        adds: [notice],
      });
      await subject.reopen();
      expect((await contentOf(subject.store, add)).toString()).toBe('not delivered');
      expect(await subject.store.stats()).toMatchObject({ active: 1, settled: 1 });
    });

    test('adds larger than what goes into a row arrive whole', async () => {
      const id = nextId();
      const add = nextId();
      await subject.store.insert(message({ id }));
      const large = Buffer.alloc(subject.store.inlineBytesMax + 1, 'x');
      await subject.store.change({
        id,
        version: 1,
        progress: progress(relayed()),
        lease: null,
        adds: [message({ id: add }, { content: { kind: 'bytes', chunks: [large] } })],
      });
      expect((await contentOf(subject.store, add)).equals(large)).toBe(true);
    });

    test('an add that cannot be inserted undoes the change', async () => {
      const id = nextId();
      const add = nextId();
      await subject.store.insert(message({ id }));
      await subject.store.insert(message({ id: add }));
      const other = nextId();
      await expect(
        subject.store.change({
          id,
          version: 1,
          progress: progress(relayed()),
          lease: null,
          adds: [message({ id: other }), message({ id: add })],
        }),
      ).rejects.toThrow(StoreError);
      expect(await subject.store.get(id)).toMatchObject({ version: 1, contentRef: { kind: 'inline' } });
      expect(await subject.store.get(other)).toBeUndefined();
    });
  });

  test('stats count what is there', async () => {
    expect(await subject.store.stats()).toMatchObject({ active: 0, held: 0, settled: 0 });
    const at = instant(noon - 500);
    await subject.store.insert({ ...message({ id: nextId() }), accepted: accepted({ id: nextId(), at }) });
    await subject.store.insert(message({ id: nextId() }, { progress: progress(held()) }));
    const stats = await subject.store.stats();
    expect(stats).toMatchObject({ active: 2, held: 1, settled: 0, oldestActiveAt: at });
    expect(stats.bytesOnDisk).toBeGreaterThan(0);
  });
}
