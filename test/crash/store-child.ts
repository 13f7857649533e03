/**
 * Keeps a store busy until it is killed. Each line on standard output is written in one system call, after the
 * promise it tells of has resolved: `kept ID`, `settled ID`. A line `begun ID` comes before the call.
 *
 * Arguments: directory, number of callers, the highest number of messages (0: endless).
 */
import { writeSync } from 'node:fs';
import type { QueueId } from '../../src/message/message.ts';
import { idFactory, systemRandom } from '../../src/platform/random.ts';
import { message, noon, progress, relayed } from '../../src/store/conformance/samples.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { contentFor, sizeFor } from './content.ts';

const [directory = '', callers = '1', most = '0'] = process.argv.slice(2);
const newId = idFactory(systemRandom());
const store = await openSqliteStore({ directory, inlineBytesMax: 128 * 1024 });
let count = 0;

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function insert(id: QueueId): Promise<void> {
  const content = contentFor(id, sizeFor(count));
  if (content.length <= store.inlineBytesMax) {
    await store.insert(message({ id }, { content: { kind: 'bytes', chunks: [content] } }));
    return;
  }
  const sink = store.createContent(id);
  for (let from = 0; from < content.length; from += 65_536) {
    await sink.write(content.subarray(from, from + 65_536));
  }
  const ref = await sink.finish();
  await store.insert(message({ id }, { content: { kind: 'streamed', ref } }));
}

async function caller(): Promise<void> {
  while (most === '0' || count < Number(most)) {
    count += 1;
    const settles = count % 3 === 0;
    const id = newId(Date.now()) as QueueId;
    say(`begun ${id}`);
    await insert(id);
    say(`kept ${id}`);
    if (!settles) continue;
    const notice = newId(Date.now()) as QueueId;
    say(`settling ${id} ${notice}`);
    await store.change({
      id,
      version: 1,
      progress: progress(relayed(noon)),
      lease: null,
      adds: [message({ id: notice })],
    });
    say(`settled ${id} ${notice}`);
  }
}

say('ready');
await Promise.all(Array.from({ length: Number(callers) }, caller));
await store[Symbol.asyncDispose]();
