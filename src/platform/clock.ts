/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly __brand: 'Instant' };

/** A length of time in milliseconds. */
export type Milliseconds = number;

/** Cancels a timer; harmless when it has fired or was cancelled before. */
export type CancelTimer = () => void;

/**
 * The only source of time in the product. Code that asks it instead of `Date` can be run in
 * simulated time, so that days of retries take milliseconds in a test.
 */
export interface Clock {
  now(): Instant;
  /**
   * Calls `run` once after `delayMs`; does not keep the process alive by itself. Where the time of day was set back
   * meanwhile, or the delay is longer than 24 days, `now` has not come that far: who waits for a moment looks again.
   */
  after(delayMs: Milliseconds, run: () => void): CancelTimer;
  /** Milliseconds that only ever rise, whatever is done to the time of day; absent: `now` does not jump. */
  monotonic?(): number;
}

/** A clock that was set back by less makes a pause longer by as much at most, and nobody does anything about it. */
export const clockStepLeastMs: Milliseconds = 5_000;

// setTimeout takes a signed 32-bit number of milliseconds and fires at once beyond it.
const timerMaxMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  monotonic: () => performance.now(),
  after(delayMs, run) {
    // Timers and the time of day cut off their fractions at different moments: without the millisecond more, one in a few
    // timers runs before `now` shows the moment that it was set for.
    const wholeMs = delayMs > 0 ? Math.ceil(delayMs) + 1 : 0;
    const timer = setTimeout(run, Math.min(wholeMs, timerMaxMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export function instant(ms: number): Instant {
  return ms as Instant;
}

/** The moment `ms` after `from`. */
export function plus(from: Instant, ms: Milliseconds): Instant {
  return (from + ms) as Instant;
}

/** RFC 3339 in UTC, for logs and documents. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

/** Resolves after `delayMs`; rejects with the signal's reason when that is aborted first. */
export function sleep(clock: Clock, delayMs: Milliseconds, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
