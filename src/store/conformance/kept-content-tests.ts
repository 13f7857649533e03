/** Content after the settlement of its message: it goes at once, or stays until a sweep takes it. */
import { describe, expect, test } from 'vitest';
import type { QueueId } from '../../message/message.ts';
import { instant, plus } from '../../platform/clock.ts';
import { message, nextId, noon, progress, relayed } from './samples.ts';
import type { Opened } from './store-conformance.ts';

const text = 'Subject: kept\r\n\r\nthe content\r\n';

async function settledAt(store: Opened['store'], at: number, isLarge: boolean): Promise<QueueId> {
  const id = nextId();
  const bytes = Buffer.from(isLarge ? text.repeat(20_000) : text);
  const sample = { id, at: instant(noon - 9_000), bytes: bytes.length };
  if (bytes.length <= store.inlineBytesMax) {
    await store.insert(message(sample, { content: { kind: 'bytes', chunks: [bytes] } }));
  } else {
    const sink = store.createContent(id);
    await sink.write(bytes);
    await store.insert(message(sample, { content: { kind: 'streamed', ref: await sink.finish() } }));
  }
  await store.change({ id, version: 1, progress: progress(relayed(instant(at))), lease: null });
  return id;
}

async function contentOf(store: Opened['store'], id: QueueId): Promise<string | undefined> {
  const ref = (await store.get(id))?.contentRef;
  if (!ref) return undefined;
  const chunks = [];
  for await (const chunk of store.open(id, ref)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export function keptContentTests(open: (keepsContent: boolean) => Promise<Opened>): void {
  describe.each([
    ['in the row', false],
    ['in a file', true],
  ])('content %s', (_, isLarge) => {
    test('is let go with the settlement, where it is not to be kept', async () => {
      const opened = await open(false);
      const id = await settledAt(opened.store, noon, isLarge);
      expect(await contentOf(opened.store, id)).toBeUndefined();
      await opened.dispose();
    });

    test('stays readable until its time is over, and the trace stays longer', async () => {
      const opened = await open(true);
      const { store } = opened;
      const old = await settledAt(store, noon - 1, isLarge);
      const young = await settledAt(store, noon, isLarge);
      expect(await contentOf(store, old)).toContain('the content');
      const before = { messages: plus(noon, -5_000), events: noon, contents: noon };
      expect(await store.sweep(before)).toMatchObject({ messages: 0, contents: 1 });
      expect(await contentOf(store, old)).toBeUndefined();
      expect(await contentOf(store, young)).toContain('the content');
      expect(await store.get(old)).toBeDefined();
      await opened.dispose();
    });
  });
}
