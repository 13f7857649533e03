/** Failed logins of one kind of key (address, user), and when one may try again. Bounded; the clock is passed. */
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { instant, plus } from '../platform/clock.ts';
import { BoundedMap } from './bounded-map.ts';

export interface LockOut {
  readonly key: string;
  readonly until: Instant;
  /** How many there were, this one included. */
  readonly lockOuts: number;
}

interface Standing {
  failures: number;
  /** Lock-outs so far; each is twice as long as the one before. */
  lockOuts: number;
  lockedUntil: Instant;
  lastFailure: Instant;
}

/** Growth ends here: a day. */
const lockOutMsMax: Milliseconds = 86_400_000;
/** An answer to a failed login waits at most this long; longer, and the client takes us for dead. */
const pauseMsMax: Milliseconds = 8_000;
const pauseMsFirst: Milliseconds = 250;

export class LockOuts {
  readonly #clock: Clock;
  readonly #failures: number;
  readonly #lockOutMs: Milliseconds;
  readonly #records: BoundedMap<Standing>;

  /** `failures`: how many lead to a lock-out. `keysMax`: beyond it the key unused for longest is forgotten. */
  constructor(options: {
    readonly clock: Clock;
    readonly failures: number;
    readonly lockOutMs: Milliseconds;
    readonly keysMax: number;
  }) {
    this.#clock = options.clock;
    this.#failures = options.failures;
    this.#lockOutMs = options.lockOutMs;
    this.#records = new BoundedMap(options.keysMax);
  }

  get size(): number {
    return this.#records.size;
  }

  /** The end of a lock-out that holds now. */
  lockedUntil(key: string): Instant | undefined {
    const until = this.#records.get(key)?.lockedUntil;
    return until !== undefined && until > this.#clock.now() ? until : undefined;
  }

  /** Counts a failure; returns how long its answer should wait. */
  failed(key: string): Milliseconds {
    const now = this.#clock.now();
    const record = this.#fresh(key, now);
    record.failures += 1;
    record.lastFailure = now;
    const pause = Math.min(pauseMsFirst * 2 ** (record.failures - 1), pauseMsMax);
    if (record.failures >= this.#failures) {
      record.lockedUntil = plus(now, Math.min(this.#lockOutMs * 2 ** record.lockOuts, lockOutMsMax));
      record.lockOuts += 1;
      record.failures = 0;
    }
    this.#records.set(key, record);
    return pause;
  }

  succeeded(key: string): void {
    this.#records.delete(key);
  }

  /** Lock-outs that hold now, in no order. */
  list(): readonly LockOut[] {
    const now = this.#clock.now();
    return Array.from(this.#records.entries(), ([key, { lockedUntil, lockOuts }]) => ({
      key,
      until: lockedUntil,
      lockOuts,
    })).filter(({ until }) => until > now);
  }

  /** Ends a lock-out and forgets the failures before it; `false`: there is none. */
  end(key: string): boolean {
    if (this.lockedUntil(key) === undefined) return false;
    this.#records.delete(key);
    return true;
  }

  /** Puts back what held before a restart. */
  restore(lockOuts: readonly LockOut[]): void {
    const lastFailure = this.#clock.now();
    for (const { key, until, lockOuts: count } of lockOuts) {
      this.#records.set(key, { failures: 0, lockOuts: count, lockedUntil: until, lastFailure });
    }
  }

  /** Forgets what is older than a lock-out and a day, so that a slip a week never adds up. */
  #fresh(key: string, now: Instant): Standing {
    const known = this.#records.get(key);
    if (known && now - known.lastFailure < this.#lockOutMs + lockOutMsMax) return known;
    return { failures: 0, lockOuts: 0, lockedUntil: instant(0), lastFailure: now };
  }
}
