/** Knows when there may be work and says so once: now, or at the moment the next message falls due. */
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';

export class WorkAlarm {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #cancel: CancelTimer | undefined;
  #at: Instant | undefined;
  #rung = false;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** There may be work now. Many calls of one turn become one callback. */
  ring(): void {
    if (this.#rung || this.#stopped) return;
    this.#rung = true;
    queueMicrotask(() => {
      this.#rung = false;
      if (this.#stopped) return;
      for (const listener of this.#listeners) listener();
    });
  }

  /** There may be work at `at`; an earlier moment that was set before stands. */
  ringAt(at: Instant): void {
    if (this.#stopped || (this.#at !== undefined && this.#at <= at)) return;
    this.#cancel?.();
    this.#at = at;
    this.#cancel = this.#clock.after(at - this.#clock.now(), () => {
      this.clear();
      // Rung too early, whoever listens would find nothing due, and nobody would ring again.
      if (this.#clock.now() < at) this.ringAt(at);
      else this.ring();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.clear();
  }
}
