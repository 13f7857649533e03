/** What was counted within a sliding window of time, in constant memory. */
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';

export interface WindowShape {
  readonly bucketMs: number;
  /** The window is as long as this many buckets. */
  readonly buckets: number;
}

/** `[number of the bucket since 1970, what it holds]`, oldest first, without the empty ones. */
export type Filled = readonly (readonly [slot: number, count: number])[];

/**
 * A ring of one bucket more than the window is long: what was counted at any moment of a bucket is forgotten only when
 * its last moment is out of the window. So the count is never less than the truth, and more by one bucket at most.
 */
export class SlidingWindow {
  readonly #bucketMs: number;
  readonly #counts: Uint32Array;
  /** The newest bucket; a clock that was set back a little counts on in it. */
  #slot = 0;
  #total = 0;

  constructor({ bucketMs, buckets }: WindowShape) {
    this.#bucketMs = bucketMs;
    this.#counts = new Uint32Array(buckets + 1);
  }

  add(at: Instant, count: number): void {
    this.#moveTo(at);
    this.#put(this.#slot, count);
  }

  total(now: Instant): number {
    this.#moveTo(now);
    return this.#total;
  }

  /** What was counted within the last `ms`, by whole buckets. */
  recent(now: Instant, ms: number): number {
    this.#moveTo(now);
    const buckets = Math.min(this.#counts.length, Math.ceil(ms / this.#bucketMs));
    let sum = 0;
    for (let back = 0; back < buckets; back++) sum += this.#at(this.#slot - back);
    return sum;
  }

  /** The first moment at which the window holds `most` at most, if nothing is added until then. */
  fallsTo(most: number, now: Instant): Instant {
    let left = this.total(now);
    if (left <= most) return now;
    for (const [slot, count] of this.filled(now)) {
      left -= count;
      if (left <= most) return this.#forgottenAt(slot);
    }
    return this.#forgottenAt(this.#slot);
  }

  /** When the window would first hold `limit` if `perMs` went on being added; `undefined`: never. */
  reaches(limit: number, perMs: number, now: Instant): Instant | undefined {
    let left = this.total(now);
    if (left >= limit) return now;
    if (perMs <= 0) return undefined;
    // Between two moments of forgetting the count only grows.
    for (const [slot, count] of this.filled(now)) {
      const at = now + (limit - left) / perMs;
      if (at <= this.#forgottenAt(slot)) return instant(Math.ceil(at));
      left -= count;
    }
    const at = now + (limit - left) / perMs;
    const whole = this.#bucketMs * (this.#counts.length - 1);
    return at - now <= whole ? instant(Math.ceil(at)) : undefined;
  }

  filled(now: Instant): Filled {
    this.#moveTo(now);
    const filled: [number, number][] = [];
    for (let slot = this.#slot - this.#counts.length + 1; slot <= this.#slot; slot++) {
      if (this.#at(slot) > 0) filled.push([slot, this.#at(slot)]);
    }
    return filled;
  }

  /** Takes over what a window of the same shape held; what is out of the window by now is left out. */
  restore(filled: Filled, now: Instant): void {
    this.#moveTo(now);
    const oldest = this.#slot - this.#counts.length + 1;
    // A bucket of the future comes of a clock that was set back: it counts as of now.
    for (const [slot, count] of filled) if (slot >= oldest) this.#put(Math.min(slot, this.#slot), count);
  }

  #forgottenAt(slot: number): Instant {
    return instant((slot + this.#counts.length) * this.#bucketMs);
  }

  #at(slot: number): number {
    return this.#counts[slot % this.#counts.length] ?? 0;
  }

  #put(slot: number, count: number): void {
    this.#counts[slot % this.#counts.length] = this.#at(slot) + count;
    this.#total += count;
  }

  #moveTo(now: Instant): void {
    const slot = Math.floor(now / this.#bucketMs);
    if (slot <= this.#slot) {
      this.#setBack(slot);
      return;
    }
    const size = this.#counts.length;
    for (let gone = Math.max(this.#slot + 1, slot - size + 1); gone <= slot; gone++) {
      this.#total -= this.#at(gone);
      this.#counts[gone % size] = 0;
    }
    this.#slot = slot;
  }

  /** By more than two windows the count would stand still for too long: what is counted counts as of now. */
  #setBack(slot: number): void {
    if (this.#slot - slot <= 2 * this.#counts.length) return;
    this.#counts.fill(0);
    this.#counts[slot % this.#counts.length] = this.#total;
    this.#slot = slot;
  }
}
