/**
 * One piece of work on hostile input in a thread of its own, which ends with it: it may cost time and memory there, and the
 * event loop that speaks SMTP shall notice nothing of it.
 */
import { Worker } from 'node:worker_threads';
import { systemClock } from './clock.ts';

export interface ThreadWork {
  /** Module of the thread, without its ending, as seen from the module that asks: `new URL('./mail-thread', import.meta.url)`. */
  readonly module: URL;
  /** Copied into the thread. */
  readonly data: unknown;
  /** Milliseconds after which the thread is ended. */
  readonly timeoutMs: number;
  readonly heapMiB: number;
}

/** What the thread posts first. Rejects with an Error in words where it fails, ends without, or takes too long. */
export function inThread<T>({ module, data, timeoutMs, heapMiB }: ThreadWork): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new Worker(new URL(`${module.href}${ending}`), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  const cancel = systemClock.after(timeoutMs, () => reject(new Error('it takes too long')));
  worker.once('message', resolve);
  worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
  worker.once('exit', () => reject(new Error('the thread ended without a result')));
  return promise.finally(() => {
    cancel();
    void worker.terminate();
  });
}
