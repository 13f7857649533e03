/** The time that messages under way get when delivery stops, and what becomes of those that do not use it. */
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import { countOf } from '../platform/words.ts';
import type { Hand } from './hand.ts';

/** After the abort at the end of the grace, a connector that still does not end is left behind. */
const abortMs = 10_000;

export interface GraceOptions {
  readonly clock: Clock;
  readonly events: Events;
  readonly hand: Hand;
  /** Cuts off what is under way. */
  abort(): void;
}

export class Grace {
  readonly #options: GraceOptions;
  readonly #timers: CancelTimer[] = [];
  #onEmpty: (() => void) | undefined;

  constructor(options: GraceOptions) {
    this.#options = options;
  }

  /** Ends the waiting in `graceMs`; a second call with less (a second signal) ends it earlier. */
  give(graceMs: number): void {
    this.#timers.push(this.#options.clock.after(graceMs, () => this.#abort()));
  }

  /** Resolves when nothing is in hand any more, or what is left was left behind. */
  async wait(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#options.hand.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    for (const cancel of this.#timers.splice(0)) cancel();
  }

  /** To be told when a message left the hand. */
  checkEmpty(): void {
    if (this.#options.hand.size === 0) this.#onEmpty?.();
  }

  #abort(): void {
    this.#options.abort();
    this.#timers.push(this.#options.clock.after(abortMs, () => this.#leaveBehind()));
  }

  #leaveBehind(): void {
    const { events, hand } = this.#options;
    const text = `${countOf(hand.size, 'message')} still under way ${abortMs} ms after the abort; the leases run out`;
    events.emit({ kind: 'fault', where: 'delivery.stop', text });
    this.#onEmpty?.();
  }
}
