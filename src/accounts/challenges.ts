/** What a browser must come back with, once and soon. Strangers ask for them, so they are few and in memory. */
import { BoundedMap } from '../policy/bounded-map.ts';
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import { newAccessId } from './secret.ts';

const waitingMax = 1_000;

export class Challenges<T extends object> {
  readonly #clock: Clock;
  readonly #forMs: Milliseconds;
  readonly #waiting = new BoundedMap<{ readonly value: T; readonly until: Instant }>(waitingMax);

  constructor(clock: Clock, forMs: Milliseconds) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  /** Returns the id by which it is taken; `id` where there is one already. */
  put(value: T, id = newAccessId()): string {
    this.#waiting.set(id, { value, until: plus(this.#clock.now(), this.#forMs) });
    return id;
  }

  /** Once: whether the answer is right or not, it does not come back. */
  take(id: string): T | undefined {
    const found = this.#waiting.get(id);
    this.#waiting.delete(id);
    return found && found.until > this.#clock.now() ? found.value : undefined;
  }
}
