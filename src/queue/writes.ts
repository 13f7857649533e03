/** Writes that must come through: each is repeated until the store takes it, or until the queue ends. */
import type { Clock, Milliseconds } from '../platform/clock.ts';
import type { Lease, Progress, QueueId } from '../message/message.ts';
import type { ChangeResult, NewMessage, Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { PersistOptions } from './persist.ts';
import { persist } from './persist.ts';
import type { QueueEvent } from './queue.ts';

export interface WritesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly retryMs: { readonly initial: Milliseconds; readonly maximum: Milliseconds };
  readonly onEvent: (event: QueueEvent) => void;
}

/** What is written about a message after work on it. */
export interface Result {
  readonly id: QueueId;
  /** The version that the store has now, as far as we know; asked before each try. */
  readonly version: () => number;
  readonly progress: Progress;
  readonly lease: Lease | null;
  readonly adds: readonly NewMessage[];
}

export class Writes {
  readonly #options: WritesOptions;
  readonly #stop = new AbortController();
  readonly #background = new Set<Promise<unknown>>();

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  /** Resolves with the new version; `undefined` when another owner has the message by now. */
  async result({ id, version, progress, lease, adds }: Result): Promise<number | undefined> {
    const write = persist<ChangeResult>(
      () => this.#options.store.change({ id, version: version(), progress, lease, adds }),
      this.#repetition(id),
    );
    this.track(write);
    const { value, failures } = await write;
    if (value.kind === 'changed') return value.version;
    // After a failure, a conflict may be the trace of our own write, whose answer was lost.
    const stands = failures > 0 && (await this.#stands(id, version() + 1, progress));
    return stands ? version() + 1 : undefined;
  }

  /** For what a result depends on: repeated as the result itself is. */
  async repeated<T>(work: () => Promise<T>, id: QueueId): Promise<T> {
    const { value } = await persist(work, this.#repetition(id));
    return value;
  }

  /** For writes that nobody waits for; given up at the end, when all leases are given back anyway. */
  inBackground(write: () => Promise<unknown>, after: () => void = () => undefined): void {
    this.track(this.#quietly(write).then(after));
  }

  /** The end waits for it. */
  track(work: Promise<unknown>): void {
    const tracked = work.then(
      () => undefined,
      () => undefined,
    );
    this.#background.add(tracked);
    void tracked.then(() => this.#background.delete(tracked));
  }

  /** Ends the repetitions; resolves when the last try of each is over. */
  async end(): Promise<void> {
    this.#stop.abort(new StoreError('closed', 'the queue is closed'));
    await Promise.allSettled(this.#background);
  }

  async #quietly(write: () => Promise<unknown>): Promise<void> {
    try {
      await persist(write, this.#repetition());
    } catch (error) {
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    }
  }

  #repetition(id?: QueueId): PersistOptions {
    const { clock, retryMs, onEvent } = this.#options;
    return {
      clock,
      initialMs: retryMs.initial,
      maximumMs: retryMs.maximum,
      signal: this.#stop.signal,
      onFailure: (error) => onEvent({ kind: 'store-failed', ...(id !== undefined && { id }), error }),
    };
  }

  async #stands(id: QueueId, version: number, progress: Progress): Promise<boolean> {
    const stored = await this.#options.store.get(id);
    return (
      stored !== undefined &&
      stored.version === version &&
      JSON.stringify(stored.progress) === JSON.stringify(progress)
    );
  }
}
