/** How many things happened within the last minute, in constant memory: sixty buckets of a second. */
import type { Instant } from '../platform/clock.ts';

export class MinuteCount {
  readonly #buckets = new Uint32Array(60);
  #second = 0;

  add(now: Instant): void {
    this.#moveTo(now);
    const index = this.#second % 60;
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
  }

  total(now: Instant): number {
    this.#moveTo(now);
    return this.#buckets.reduce((sum, count) => sum + count, 0);
  }

  #moveTo(now: Instant): void {
    const second = Math.floor(now / 1000);
    if (second - this.#second >= 60) this.#buckets.fill(0);
    else for (let gone = this.#second + 1; gone <= second; gone++) this.#buckets[gone % 60] = 0;
    // A clock that was set back counts on in the second it was in.
    this.#second = Math.max(this.#second, second);
  }
}
