/** `limits.messagesPerMinute`: how many messages may start now, and when the next may. */
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';

const windowMs = 60_000;
/** Part of a minute's messages that may start at once; the rest are spread, so that a burst of one source leaves room for others. */
const burstShare = 0.1;
const compactBeyond = 1024;

/**
 * Two bounds together. A sliding window keeps any 60 seconds to the limit, because a peer that counts would otherwise refuse.
 * A pace spreads the starts over the minute: without it the first source of a minute would take all of it, and a
 * single message of another would wait for the next one.
 */
export class RateWindow {
  readonly #limit: number;
  readonly #intervalMs: number;
  readonly #burst: number;
  /** Starts within the last minute, oldest first, from `#head` on. */
  #starts: number[] = [];
  #head = 0;
  /** When the pace would be even again: each start moves it on by one interval. */
  #evenAt = 0;

  constructor(messagesPerMinute: number) {
    this.#limit = messagesPerMinute;
    this.#intervalMs = windowMs / messagesPerMinute;
    this.#burst = Math.max(1, Math.floor(messagesPerMinute * burstShare));
  }

  /** How many may start at `now`. */
  free(now: Instant): number {
    this.#forget(now);
    const ahead = Math.max(0, this.#evenAt - now);
    // The small allowance keeps sums of fractions from losing a place that is due to the millisecond.
    const byPace = Math.floor((this.#burst * this.#intervalMs - ahead) / this.#intervalMs + 1e-6);
    return Math.max(0, Math.min(byPace, this.#limit - this.#inWindow));
  }

  /** The first moment at which `free` is at least one. */
  nextAt(now: Instant): Instant {
    if (this.free(now) > 0) return now;
    const byPace = this.#evenAt - (this.#burst - 1) * this.#intervalMs;
    const oldest = this.#starts[this.#head];
    const byWindow = oldest !== undefined && this.#inWindow >= this.#limit ? oldest + windowMs : now;
    return instant(Math.ceil(Math.max(byPace, byWindow, now + 1)));
  }

  take(now: Instant): void {
    this.#setBack(now);
    this.#starts.push(now);
    this.#evenAt = Math.max(this.#evenAt, now) + this.#intervalMs;
  }

  /** A start of the future comes of a clock that was set back: all of them move with it, so that nobody waits for that long. */
  #setBack(now: Instant): void {
    const ahead = (this.#starts.at(-1) ?? now) - now;
    if (ahead <= 0) return;
    for (let index = this.#head; index < this.#starts.length; index++) this.#starts[index]! -= ahead;
    this.#evenAt -= ahead;
  }

  get #inWindow(): number {
    return this.#starts.length - this.#head;
  }

  #forget(now: Instant): void {
    this.#setBack(now);
    while (this.#head < this.#starts.length && (this.#starts[this.#head] ?? 0) + windowMs <= now)
      this.#head++;
    if (this.#head > compactBeyond && this.#head * 2 > this.#starts.length) {
      this.#starts = this.#starts.slice(this.#head);
      this.#head = 0;
    }
  }
}
