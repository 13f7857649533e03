import { describe, expect, test } from 'vitest';
import type { ContentRef } from '../store.ts';
import { StoreError } from '../store.ts';
import { contentOf, message, nextId, noon, progress, relayed } from './samples.ts';
import type { Subject } from './store-conformance.ts';

const allOctets = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

export function contentTests(subject: Subject): void {
  describe('content', () => {
    const inline = (chunks: readonly Uint8Array[]) => ({ content: { kind: 'bytes', chunks } as const });

    test.each([
      ['nothing', []],
      ['an empty chunk', [Buffer.alloc(0)]],
      ['all 256 octets', [allOctets]],
      ['NUL and line ends', [Buffer.from('\0\r\n\n\r.\r\n')]],
      ['chunks of all sizes', [1, 7, 4096, 60_000].map((bytes) => Buffer.alloc(bytes, allOctets))],
      ['200 KiB given as bytes', [Buffer.alloc(200 * 1024, allOctets)]],
    ])('inline, octet for octet: %s', async (_, chunks) => {
      const id = nextId();
      await subject.store.insert(message({ id }, inline(chunks)));
      await subject.reopen();
      expect((await contentOf(subject.store, id)).equals(Buffer.concat(chunks))).toBe(true);
    });

    test('a view into a larger buffer is kept without what surrounds it', async () => {
      const id = nextId();
      await subject.store.insert(message({ id }, inline([Buffer.from('..hello..').subarray(2, 7)])));
      expect((await contentOf(subject.store, id)).toString()).toBe('hello');
    });

    test('5 MiB streamed in uneven chunks comes back in bounded ones', async () => {
      const id = nextId();
      const content = Buffer.alloc(5 * 2 ** 20, allOctets);
      const sink = subject.store.createContent(id);
      let from = 0;
      for (let step = 1; from < content.length; step = (step * 3 + 1) % 100_003) {
        await sink.write(content.subarray(from, from + step));
        from += step;
      }
      const ref = await sink.finish();
      await subject.store.insert(message({ id }, { content: { kind: 'streamed', ref } }));
      await sink.abort();
      await subject.reopen();
      expect((await contentOf(subject.store, id)).equals(content)).toBe(true);
      const stored = await subject.store.get(id);
      for await (const chunk of subject.store.open(id, stored?.contentRef ?? { kind: 'inline' })) {
        expect(chunk.length).toBeLessThanOrEqual(256 * 1024);
      }
    });

    test('an empty streamed content is a content', async () => {
      const id = nextId();
      const sink = subject.store.createContent(id);
      const ref = await sink.finish();
      await subject.store.insert(message({ id }, { content: { kind: 'streamed', ref } }));
      expect((await contentOf(subject.store, id)).length).toBe(0);
    });

    test('goes with the settling, streamed as well', async () => {
      const { id, ref } = await streamed();
      await subject.store.change({ id, version: 1, progress: progress(relayed()), lease: null });
      expect((await subject.store.get(id))?.contentRef).toBeUndefined();
      await subject.reopen();
      await expect(read(ref, id)).rejects.toThrow(StoreError);
    });

    test('a content that was let go cannot get a message', async () => {
      const id = nextId();
      const sink = subject.store.createContent(id);
      await sink.write(Buffer.from('half'));
      const ref = await sink.finish();
      await sink.abort();
      await expect(
        subject.store.insert(message({ id }, { content: { kind: 'streamed', ref } })),
      ).rejects.toThrow(StoreError);
      expect(await subject.store.get(id)).toBeUndefined();
    });

    test('aborting twice, and before the first octet, is harmless', async () => {
      const sink = subject.store.createContent(nextId());
      await sink.abort();
      await expect(sink.abort()).resolves.toBeUndefined();
    });

    test('the sweep leaves content that is being written, or finished and not yet named', async () => {
      const writing = nextId();
      const finished = nextId();
      const first = subject.store.createContent(writing);
      await first.write(Buffer.alloc(300 * 1024, 'a'));
      const second = subject.store.createContent(finished);
      await second.write(Buffer.from('second'));
      const secondRef = await second.finish();
      await subject.store.sweep({ messages: noon, events: noon });
      const firstRef = await first.finish();
      await subject.store.insert(message({ id: writing }, { content: { kind: 'streamed', ref: firstRef } }));
      await subject.store.insert(
        message({ id: finished }, { content: { kind: 'streamed', ref: secondRef } }),
      );
      await subject.store.sweep({ messages: noon, events: noon });
      await subject.reopen();
      expect((await contentOf(subject.store, writing)).length).toBe(300 * 1024);
      expect((await contentOf(subject.store, finished)).toString()).toBe('second');
    });

    const streamed = async () => {
      const id = nextId();
      const sink = subject.store.createContent(id);
      await sink.write(Buffer.alloc(300 * 1024, 's'));
      const ref = await sink.finish();
      await subject.store.insert(message({ id }, { content: { kind: 'streamed', ref } }));
      return { id, ref };
    };
    const read = async (ref: ContentRef, id: ReturnType<typeof nextId>) => {
      for await (const _ of subject.store.open(id, ref)) void _;
    };
  });
}
