/** Time as the stand-in knows it; a test gives its own, and then nothing here waits for the real one. */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `ms`; the result calls it off. */
  after(ms: number, run: () => void): () => void;
}

// setTimeout takes a signed 32-bit number of milliseconds and fires at once beyond it.
const timerMsMax = 2 ** 31 - 1;

export const realClock: SandboxClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), timerMsMax));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Counts what happened within the last `windowMs`. */
export class SlidingWindow {
  readonly #clock: SandboxClock;
  readonly #windowMs: number;
  #events: { readonly at: number; readonly count: number }[] = [];
  #total = 0;

  constructor(clock: SandboxClock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  get total(): number {
    const since = this.#clock.now() - this.#windowMs;
    let gone = 0;
    while ((this.#events[gone]?.at ?? Infinity) <= since) {
      this.#total -= this.#events[gone]?.count ?? 0;
      gone += 1;
    }
    if (gone > 0) this.#events = this.#events.slice(gone);
    return this.#total;
  }

  add(count: number): void {
    this.#events.push({ at: this.#clock.now(), count });
    this.#total += count;
  }

  clear(): void {
    this.#events = [];
    this.#total = 0;
  }
}
