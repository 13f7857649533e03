/** For tests of backups: messages with content in the row or in a file of its own. */
import type { QueueId } from '../message/message.ts';
import { message, nextId, noon, progress, relayed } from '../store/conformance/samples.ts';
import type { Store } from '../store/store.ts';

export async function newMessage(store: Store, content: Buffer): Promise<QueueId> {
  const id = nextId();
  const sample = { id, bytes: content.length };
  if (content.length <= store.inlineBytesMax) {
    await store.insert(message(sample, { content: { kind: 'bytes', chunks: [content] } }));
    return id;
  }
  const sink = store.createContent(id);
  await sink.write(content);
  await store.insert(message(sample, { content: { kind: 'streamed', ref: await sink.finish() } }));
  return id;
}

/** Its content is let go. */
export async function settle(store: Store, id: QueueId): Promise<void> {
  await store.change({ id, version: 1, progress: progress(relayed(noon)), lease: null });
}
