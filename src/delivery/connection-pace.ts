/**
 * How many connections at a time a next hop puts up with. It says so only by refusing, so half of them are taken away at a
 * refusal, and given back one by one while nothing is refused: additive increase, multiplicative decrease (Chiu and Jain 1989).
 */
import type { Instant } from '../platform/clock.ts';

/** Without a refusal for this long one connection more is tried. */
export const quietMs = 5 * 60_000;

export interface Lowered {
  readonly to: number;
  readonly at: Instant;
  readonly reason: string;
}

export class ConnectionPace {
  readonly limit: number;
  #lowered: Lowered | undefined;

  /** `limits.connections` of the connector. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** An attempt begun at `startedAt` was refused. What was under way together with the one before says nothing new. */
  refused(startedAt: Instant, now: Instant, reason: string): void {
    if (this.#lowered && startedAt <= this.#lowered.at) return;
    this.#lowered = { to: Math.max(1, Math.floor(this.connections(now) / 2)), at: now, reason };
  }

  /** At a time, as of now. */
  connections(now: Instant): number {
    if (!this.#lowered) return this.limit;
    const { to, at } = this.#lowered;
    const back = Math.max(0, Math.floor((now - at) / quietMs));
    return Math.min(this.limit, to + back);
  }

  /** Why there are fewer than the limit; `undefined`: there are not. */
  reason(now: Instant): string | undefined {
    return this.connections(now) < this.limit ? this.#lowered?.reason : undefined;
  }

  /** For the record. */
  get lowered(): Lowered | undefined {
    return this.#lowered;
  }

  /** What was found out before a restart. */
  bringBack(lowered: Lowered): void {
    this.#lowered = lowered;
  }

  /** By an operator: all of them again. */
  restore(): void {
    this.#lowered = undefined;
  }
}
