/** Warns of what ends soon: when it first sees it, 30, 14, 7 and 1 days before its end, and after it; once each. */
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { Expiry } from './expiries.ts';

const dayMs = 86_400_000;
/** Days before the end; 0 is the end itself. */
const stages = [0, 1, 7, 14, 30] as const;

export class ExpiryWatch {
  readonly #expiries: () => readonly Expiry[];
  readonly #clock: Clock;
  readonly #events: Events;
  /** The last stage told of each; what is renewed has another end, and so begins anew. */
  #told = new Map<string, number>();

  constructor(options: {
    readonly expiries: () => readonly Expiry[];
    readonly clock: Clock;
    readonly events: Events;
  }) {
    this.#expiries = options.expiries;
    this.#clock = options.clock;
    this.#events = options.events;
  }

  /** To be called at the start, when the policy changed, and every hour or so. */
  look(): void {
    const now = this.#clock.now();
    const told = new Map<string, number>();
    for (const { what, at } of this.#expiries()) {
      const stage = stageOf(at, now);
      if (stage === undefined) continue;
      const key = `${at} ${what}`;
      const before = this.#told.get(key) ?? told.get(key);
      if (before === undefined || stage < before) {
        this.#events.emit({ kind: 'expiring', what, at, days: daysLeft(at, now) });
      }
      told.set(key, Math.min(stage, before ?? stage));
    }
    // What no longer exists is forgotten.
    this.#told = told;
  }

  /** The next to end, with the whole days that remain; negative after the end. */
  next(count: number): readonly (Expiry & { readonly days: number })[] {
    const now = this.#clock.now();
    return this.#expiries()
      .slice(0, count)
      .map((expiry) => ({ ...expiry, days: daysLeft(expiry.at, now) }));
  }
}

function stageOf(at: Instant, now: Instant): number | undefined {
  return stages.find((days) => at - now <= days * dayMs);
}

function daysLeft(at: Instant, now: Instant): number {
  return Math.floor((at - now) / dayMs);
}
