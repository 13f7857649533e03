/**
 * Notices that the time of day was set back, while the relay runs and while it was off: what waits by the time of day would
 * wait for as much longer (a machine that starts with the clock of another time zone is set right by hours).
 */
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import { clockStepLeastMs, formatInstant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';

const documentName = 'clock-seen';
const lookMs = 5_000;
/** A step while the relay was off is known from what it saw last, so from this much on. */
const keepMs = 60_000;

export interface ClockStepsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  /** The clock was set back. */
  readonly onSetBack: () => void;
}

export async function watchClockSteps(options: ClockStepsOptions): Promise<AsyncDisposable> {
  const { store, clock, events, onSetBack } = options;
  const told = (ms: number): void => {
    const text = `the clock was set back by ${Math.round(ms / 1000)} s (to ${formatInstant(clock.now())}); mail that waits goes on by the new time`;
    events.emit({ kind: 'warning', text });
    onSetBack();
  };
  const kept = Number((await store.document(documentName)) ?? 0);
  if (kept - clock.now() >= clockStepLeastMs) told(kept - clock.now());
  let keptAt = 0;
  let keeping: Promise<void> = Promise.resolve();
  const keep = (): void => {
    const now = clock.now();
    keptAt = now;
    keeping = keeping
      .then(() => store.putDocument(documentName, String(now)))
      .catch((error: unknown) => {
        const text = `the time is not kept over a restart: ${error instanceof Error ? error.message : String(error)}`;
        events.emit({ kind: 'store-trouble', text });
      });
  };
  keep();
  let before = readingOf(clock);
  let cancel: CancelTimer = () => undefined;
  const look = (): void => {
    const now = readingOf(clock);
    const backMs = now.steady - before.steady - (now.wall - before.wall);
    before = now;
    if (backMs >= clockStepLeastMs) told(backMs);
    if (Math.abs(now.wall - keptAt) >= keepMs) keep();
    cancel = clock.after(lookMs, look);
  };
  cancel = clock.after(lookMs, look);
  return {
    async [Symbol.asyncDispose]() {
      cancel();
      keep();
      await keeping;
    },
  };
}

/** Without a clock that only rises, a time of day before the last one is what tells. */
function readingOf(clock: Clock): { readonly wall: number; readonly steady: number } {
  const wall = clock.now();
  return { wall, steady: clock.monotonic?.() ?? 0 };
}
