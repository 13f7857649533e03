import type { CancelTimer, Clock, Instant, Milliseconds } from './clock.ts';
import { instant } from './clock.ts';

interface Timer {
  at: Instant;
  readonly sequence: number;
  readonly run: () => void;
}

/** A clock that moves only when a test says so. Timers fire in order of time, then of creation. */
export class FakeClock implements Clock {
  #now: Instant;
  #sequence = 0;
  readonly #timers = new Set<Timer>();
  #timerSet = Promise.withResolvers<void>();

  constructor(start: string | number = '2026-11-23T08:00:00Z') {
    this.#now = instant(new Date(start).getTime());
  }

  now(): Instant {
    return this.#now;
  }

  after(delayMs: Milliseconds, run: () => void): CancelTimer {
    const timer = { at: instant(this.#now + Math.max(0, delayMs)), sequence: this.#sequence++, run };
    this.#timers.add(timer);
    this.#timerSet.resolve();
    this.#timerSet = Promise.withResolvers();
    return () => this.#timers.delete(timer);
  }

  /** Timers that have not fired; a test that ends with any has leaked one. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Resolves when there is a timer that has not fired: what takes real time, as a hash does, now waits for this clock. */
  async waited(): Promise<void> {
    if (this.#timers.size === 0) await this.#timerSet.promise;
  }

  /** The moment of the next timer, if there is one. */
  get nextTimerAt(): Instant | undefined {
    return this.#next()?.at;
  }

  /** Moves time on, firing what falls due, and lets promise reactions run between timers. */
  async advance(ms: Milliseconds): Promise<void> {
    const end = instant(this.#now + ms);
    await settlePromises();
    for (let timer = this.#next(); timer && timer.at <= end; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.run();
      await settlePromises();
    }
    this.#now = end;
  }

  /** The time of day is corrected; timers fire as late from now as before. */
  setBack(ms: Milliseconds): void {
    this.#now = instant(this.#now - ms);
    const timers = Array.from(this.#timers);
    for (const timer of timers) timer.at = instant(timer.at - ms);
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.sequence < first.sequence)) {
        first = timer;
      }
    }
    return first;
  }
}

function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
