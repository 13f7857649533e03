/**
 * Group commit: while one batch is made stable, everything that arrives waits for the next, so that one sync
 * serves all messages of that moment. Contents of a batch travel to the writing thread in one buffer, which
 * comes back and is filled again.
 */
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../platform/clock.ts';
import type { CancelTimer, Milliseconds } from '../../platform/clock.ts';
import { StoreError } from '../store.ts';
import { storeError } from './failure.ts';
import type { FromWriter, ThreadOptions, ToWriter, WriteOperation, WriteResult } from './operations.ts';

/** `soon`: nobody's reply waits for it, so it may ride along with the next commit. */
export type Urgency = 'now' | 'soon';

export interface GroupCommitOptions {
  readonly thread: ThreadOptions;
  /** How long `soon` may wait for company. */
  readonly soonMs: Milliseconds;
  /** Octets of contents and number of operations in one batch: what one commit may take, and hold in memory. */
  readonly batchBytesMax: number;
  readonly batchOperationsMax: number;
  /** After each batch: how it went, how many operations it had, and the milliseconds that they waited for it. */
  readonly onBatch: (
    failure: StoreError | undefined,
    batch: { readonly operations: number; readonly durationMs: number },
  ) => void;
}

interface Waiting {
  readonly operation: WriteOperation;
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: StoreError) => void;
}

const noChunks: readonly Uint8Array[] = [];
// A recycled buffer larger than this is given to the garbage collector.
const spareBytesMax = 8 * 2 ** 20;

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #committing: readonly Waiting[] = [];
  #spare: ArrayBuffer | null = null;
  #scheduled: NodeJS.Immediate | undefined;
  #cancelSoon: CancelTimer | undefined;
  #closing = false;
  #postedAt = 0;
  #idle: (() => void) | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Opens the database; rejects with what is wrong and what to do. */
  async open(): Promise<void> {
    const worker = this.#start();
    const first = await new Promise<FromWriter>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (first.kind === 'refused') {
      this.#closing = true;
      throw storeError(first.failure);
    }
  }

  submit(
    operation: WriteOperation,
    chunks: readonly Uint8Array[] = noChunks,
    urgency: Urgency = 'now',
  ): Promise<WriteResult> {
    if (this.#closing) return Promise.reject(new StoreError('closed', 'the store is closed'));
    return new Promise((resolve, reject) => {
      let bytes = 0;
      for (const chunk of chunks) bytes += chunk.length;
      this.#waiting.push({ operation, chunks, bytes, resolve, reject });
      if (urgency === 'now') this.#schedule();
      else this.#scheduleSoon();
    });
  }

  /** Commits what waits, then ends the thread. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#cancelSoon?.();
    if (this.#waiting.length > 0 || this.#committing.length > 0) {
      const idle = new Promise<void>((resolve) => (this.#idle = resolve));
      this.#schedule();
      await idle;
    }
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'close' } satisfies ToWriter);
    await ended;
  }

  // After the sockets of this turn were read, so that one batch takes them all.
  #schedule(): void {
    if (this.#committing.length > 0 || this.#scheduled !== undefined) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = undefined;
      this.#post();
    });
  }

  #scheduleSoon(): void {
    if (this.#committing.length > 0 || this.#scheduled !== undefined || this.#cancelSoon !== undefined)
      return;
    // Real time even where the relay runs in simulated time: this waits for other work, not for a moment.
    this.#cancelSoon = systemClock.after(this.#options.soonMs, () => this.#post());
  }

  #post(): void {
    this.#cancelSoon?.();
    this.#cancelSoon = undefined;
    if (this.#committing.length > 0 || this.#waiting.length === 0) return;
    const { batch, bytes } = this.#takeBatch();
    this.#committing = batch;
    this.#postedAt = performance.now();
    const contents = bytes === 0 ? null : this.#fill(batch, bytes);
    this.#start().postMessage(
      { kind: 'batch', operations: batch.map((one) => one.operation), contents } satisfies ToWriter,
      contents === null ? [] : [contents],
    );
  }

  #takeBatch(): { readonly batch: readonly Waiting[]; readonly bytes: number } {
    const { batchBytesMax, batchOperationsMax } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      if (count > 0 && (count >= batchOperationsMax || bytes + one.bytes > batchBytesMax)) break;
      bytes += one.bytes;
      count += 1;
    }
    const batch = count === this.#waiting.length ? this.#waiting : this.#waiting.slice(0, count);
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count);
    return { batch, bytes };
  }

  #fill(batch: readonly Waiting[], bytes: number): ArrayBuffer {
    const spare = this.#spare;
    this.#spare = null;
    // Slow: a pooled buffer cannot be transferred. Uninitialised: all that is read is written first.
    const target =
      spare !== null && spare.byteLength >= bytes
        ? new Uint8Array(spare)
        : new Uint8Array(Buffer.allocUnsafeSlow(roundUp(bytes)).buffer);
    let offset = 0;
    for (const { chunks } of batch) {
      for (const chunk of chunks) {
        target.set(chunk, offset);
        offset += chunk.length;
      }
    }
    return target.buffer;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = startThread(this.#options.thread);
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'results') this.#settle(message);
    });
    // The thread ended by itself: its batch is lost, and the next batch starts another one.
    const lost = (cause?: unknown): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(new StoreError('failed', 'the thread of the store ended unexpectedly', { cause }));
    };
    worker.on('error', lost);
    worker.on('exit', () => lost());
    this.#worker = worker;
    return worker;
  }

  #settle(message: Extract<FromWriter, { kind: 'results' }>): void {
    if (message.contents !== null && message.contents.byteLength <= spareBytesMax) {
      this.#spare = message.contents;
    }
    const batch = this.#committing;
    this.#committing = [];
    let worst: StoreError | undefined;
    let succeeded = false;
    batch.forEach((one, index) => {
      const result = message.results[index] ?? null;
      if (result !== null && 'failure' in result) {
        const error = storeError(result.failure);
        worst = error;
        one.reject(error);
        return;
      }
      succeeded = true;
      if (result !== null && 'refused' in result) one.reject(new StoreError('failed', result.refused));
      else one.resolve(result);
    });
    this.#afterBatch(succeeded ? undefined : worst, batch.length);
  }

  #fail(error: StoreError): void {
    const batch = this.#committing;
    this.#committing = [];
    for (const one of batch) one.reject(error);
    if (batch.length > 0) this.#afterBatch(error, batch.length);
  }

  #afterBatch(failure: StoreError | undefined, operations: number): void {
    this.#options.onBatch(failure, { operations, durationMs: performance.now() - this.#postedAt });
    // At the end of this turn and not at once: what the callers just woken add goes along. Where the event loop
    // is the bottleneck this makes fewer and larger commits (4 KiB, 20 connections: 10 to 20 % more messages a second).
    if (this.#waiting.length > 0) this.#schedule();
    else this.#idle?.();
  }
}

/** Starts a thread of the store; works from the TypeScript sources and from what is built of them. */
export function startThread(options: ThreadOptions): Worker {
  const source = new URL('./thread.ts', import.meta.url);
  const built = new URL('./thread.js', import.meta.url);
  return new Worker(import.meta.url.endsWith('.ts') ? source : built, { workerData: options });
}

function roundUp(bytes: number): number {
  const step = 64 * 1024;
  return Math.ceil(bytes / step) * step;
}
