/**
 * Measures the embedded store alone: `node bench/store.ts [--bytes N] [--callers N] [--seconds N] [--settle]`.
 * Prints messages a second, CPU of the event loop and of all threads a message in microseconds, and peak memory.
 * Without arguments it runs the table of sizes and callers, each in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { QueueId } from '../src/message/message.ts';
import { plus, systemClock } from '../src/platform/clock.ts';
import { idFactory, systemRandom } from '../src/platform/random.ts';
import { message, pending, progress, relayed } from '../src/store/conformance/samples.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { NewContent, Store } from '../src/store/store.ts';

const chunkBytes = 64 * 1024;

interface Load {
  readonly bytes: number;
  readonly callers: number;
  readonly seconds: number;
  /** Settle each message, without waiting for that before the next. */
  readonly settle: boolean;
}

async function contentOf(store: Store, id: QueueId, content: Buffer): Promise<NewContent> {
  if (content.length <= store.inlineBytesMax) return { kind: 'bytes', chunks: [content] };
  const sink = store.createContent(id);
  for (let from = 0; from < content.length; from += chunkBytes) {
    await sink.write(content.subarray(from, from + chunkBytes));
  }
  return { kind: 'streamed', ref: await sink.finish() };
}

async function measure({ bytes, callers, seconds, settle }: Load): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-bench-'));
  const store = await openSqliteStore({ directory });
  const newId = idFactory(systemRandom());
  const content = Buffer.alloc(bytes, 'x');
  const settling = new Set<Promise<unknown>>();
  let count = 0;
  const cpu = process.cpuUsage();
  const loopCpu = process.threadCpuUsage();
  const start = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      const at = systemClock.now();
      const id = newId(at) as QueueId;
      const lease = { owner: 'bench/1', until: plus(at, 300_000) };
      await store.insert(
        message(
          { id, at, bytes },
          { progress: progress(pending(at)), content: await contentOf(store, id, content), lease },
        ),
      );
      count += 1;
      if (!settle) continue;
      const change = store.change({ id, version: 1, progress: progress(relayed(at)), lease: null });
      settling.add(change);
      void change.finally(() => settling.delete(change));
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  await Promise.all(settling);
  const elapsed = (performance.now() - start) / 1000;
  const perMessage = ({ user, system }: NodeJS.CpuUsage): string => ((user + system) / count).toFixed(1);
  const columns = [
    `${bytes} octets`.padStart(15),
    `${callers} callers`.padStart(12),
    settle ? 'insert and settle' : 'insert           ',
    `${Math.round(count / elapsed)}/s`.padStart(9),
    `loop ${perMessage(process.threadCpuUsage(loopCpu))} µs`.padStart(15),
    `all ${perMessage(process.cpuUsage(cpu))} µs`.padStart(15),
    `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`.padStart(9),
  ];
  process.stdout.write(`${columns.join('  ')}\n`);
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
}

const { values } = parseArgs({
  options: {
    bytes: { type: 'string' },
    callers: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '3' },
    settle: { type: 'boolean', default: false },
  },
});

if (values.bytes === undefined) {
  for (const bytes of [4096, 51_200, 1_048_576]) {
    for (const callers of [1, 20, 100]) {
      for (const settle of [[], ['--settle']]) {
        const given = ['--bytes', String(bytes), '--callers', String(callers), '--seconds', values.seconds];
        spawnSync(process.execPath, [import.meta.filename, ...given, ...settle], { stdio: 'inherit' });
      }
    }
  }
} else {
  await measure({
    bytes: Number(values.bytes),
    callers: Number(values.callers),
    seconds: Number(values.seconds),
    settle: values.settle,
  });
}
