/** Looks at a suspension again when it is to end by itself: one timer a connector. */
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';

/** Timers of the clock reach 24 days at most; a later end is looked at on the way. */
const lookMs = 86_400_000;

export class StopEndings {
  readonly #clock: Clock;
  readonly #due: (connector: string) => void;
  readonly #timers = new Map<string, CancelTimer>();

  /** `due` may be called for a suspension that was ended or made longer meanwhile: it looks for itself. */
  constructor(clock: Clock, due: (connector: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** `undefined`: it has no end. */
  watch(connector: string, until: Instant | undefined): void {
    this.#timers.get(connector)?.();
    this.#timers.delete(connector);
    if (until === undefined) return;
    const leftMs = Math.max(0, until - this.#clock.now());
    const cancel = this.#clock.after(Math.min(leftMs, lookMs), () => {
      // A day has passed, or the time of day was set back.
      if (until > this.#clock.now()) this.watch(connector, until);
      else {
        this.#timers.delete(connector);
        this.#due(connector);
      }
    });
    this.#timers.set(connector, cancel);
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
