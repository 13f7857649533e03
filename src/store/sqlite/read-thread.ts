/** The second thread, which answers questions; started with the first one. */
import type { Worker } from 'node:worker_threads';
import { StoreError } from '../store.ts';
import { storeError } from './failure.ts';
import { startThread } from './group-commit.ts';
import type { FromReader, ReadOperation, ReadResult, ThreadOptions, ToReader } from './operations.ts';

interface Asked {
  readonly resolve: (result: Answer) => void;
  readonly reject: (error: StoreError) => void;
}

/** What comes back when the store could answer. */
export type Answer = Exclude<ReadResult, { readonly failure: unknown }>;

export class ReadThread {
  readonly #options: ThreadOptions;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #id = 0;
  #closed = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  ask(operation: ReadOperation): Promise<Answer> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the store is closed'));
    return new Promise((resolve, reject) => {
      const id = this.#id++;
      this.#asked.set(id, { resolve, reject });
      this.#start().postMessage({ kind: 'read', id, operation } satisfies ToReader);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'close' } satisfies ToReader);
    await ended;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = startThread(this.#options);
    worker.on('message', ({ id, result }: FromReader) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if ('failure' in result) asked?.reject(storeError(result.failure));
      else asked?.resolve(result);
    });
    const lost = (cause?: unknown): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const error = new StoreError('failed', 'the reading thread of the store ended unexpectedly', { cause });
      for (const asked of this.#asked.values()) asked.reject(error);
      this.#asked.clear();
    };
    worker.on('error', lost);
    worker.on('exit', () => lost());
    this.#worker = worker;
    return worker;
  }
}
