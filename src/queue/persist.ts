/** Repeats a write until the store takes it: what was delivered must not be forgotten for a full disk. */
import type { Clock, Milliseconds } from '../platform/clock.ts';
import { sleep } from '../platform/clock.ts';
import { StoreError } from '../store/store.ts';

export interface PersistOptions {
  readonly clock: Clock;
  readonly initialMs: Milliseconds;
  readonly maximumMs: Milliseconds;
  /** Ends the repetition; the last failure is thrown then. */
  readonly signal: AbortSignal;
  readonly onFailure: (error: StoreError, attempts: number) => void;
}

/** Resolves with what `write` gives, and how often it failed before. Other errors than StoreError are bugs and pass. */
export async function persist<T>(
  write: () => Promise<T>,
  options: PersistOptions,
): Promise<{ readonly value: T; readonly failures: number }> {
  for (let failures = 0; ; failures += 1) {
    try {
      return { value: await write(), failures };
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind === 'closed' || options.signal.aborted) throw error;
      options.onFailure(error, failures + 1);
      const delayMs = Math.min(options.maximumMs, options.initialMs * 2 ** Math.min(failures, 30));
      try {
        await sleep(options.clock, delayMs, options.signal);
      } catch {
        // Stopped while waiting: one last try, whose failure is the caller's to know.
        return { value: await write(), failures: failures + 1 };
      }
    }
  }
}
