/** Gathers events between commits: nobody waits for them, and a flood of refusals must not cost a commit each. */
import { systemClock } from '../../platform/clock.ts';
import type { CancelTimer, Milliseconds } from '../../platform/clock.ts';
import type { EventRecord } from '../store.ts';
import type { EventRow } from './operations.ts';
import { eventRow } from './rows.ts';

// What may wait in memory while the store fails or lags; beyond it the oldest go.
const waitingMax = 10_000;

export class EventBuffer {
  readonly #flushMs: Milliseconds;
  readonly #write: (rows: readonly EventRow[]) => Promise<unknown>;
  #rows: EventRow[] = [];
  #cancel: CancelTimer | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: {
    readonly flushMs: Milliseconds;
    readonly write: (rows: readonly EventRow[]) => Promise<unknown>;
  }) {
    this.#flushMs = options.flushMs;
    this.#write = options.write;
  }

  add(event: EventRecord): void {
    this.#rows.push(eventRow(event));
    if (this.#rows.length > waitingMax) this.#rows.shift();
    this.#arm();
  }

  /** Resolves when everything recorded before is stable, or the store could not take it now. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#rows.length === 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing = this.#writeAll();
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#cancel?.();
  }

  async #writeAll(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    try {
      await this.#write(rows);
    } catch {
      // The callers of the store hear of its failure; events wait for the next try, within the bound.
      this.#rows = [...rows, ...this.#rows].slice(-waitingMax);
      if (!this.#closed) this.#arm();
    } finally {
      this.#writing = undefined;
    }
  }

  #arm(): void {
    this.#cancel ??= systemClock.after(this.#flushMs, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }
}
