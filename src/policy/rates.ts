/**
 * How much a source may send: messages in a minute and in a day, connections at a time.
 *
 * The windows slide: in no 60 seconds and in no 24 hours does a source get more than its limit, also not across a
 * full minute or midnight. Counts stand in rings of fixed size, so that a source costs the same memory at any rate.
 * The book is this node's own and begins empty at start.
 */
import type { Clock } from '../platform/clock.ts';
import { countOf } from '../platform/words.ts';
import type { Source } from './policy.ts';
import type { Refusal, Verdict } from './verdict.ts';

interface Account {
  readonly minute: SlidingCount;
  readonly day: SlidingCount;
  connections: number;
}

/** Accounts of sources that a policy no longer has are dropped when there are more than this. */
const accountsMax = 10_000;

export class RateBook {
  readonly #clock: Clock;
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one message of the source, unless that would pass one of its limits. */
  admit(source: Source): Verdict {
    const account = this.#account(source.name);
    const now = this.#clock.now();
    const verdict = judgeRate(source, account, now);
    if (verdict.kind !== 'accept') return verdict;
    // Counted also where there is no limit, so that a limit set later holds at once.
    account.minute.add(now);
    account.day.add(now);
    return verdict;
  }

  /** What `admit` would say now; counts nothing. */
  wouldAdmit(source: Source): Verdict {
    return judgeRate(source, this.#accounts.get(source.name), this.#clock.now());
  }

  /** Messages admitted in the last minute and day. */
  usage(sourceName: string): { readonly minute: number; readonly day: number; readonly connections: number } {
    const account = this.#accounts.get(sourceName);
    const now = this.#clock.now();
    return {
      minute: account?.minute.total(now) ?? 0,
      day: account?.day.total(now) ?? 0,
      connections: account?.connections ?? 0,
    };
  }

  /** Counts a connection of the source, unless it already has `limit`. Each accepted one is closed once. */
  connectionOpened(sourceName: string, limit?: number): Verdict {
    const account = this.#account(sourceName);
    const verdict = judgeConnection(sourceName, account.connections, limit);
    if (verdict.kind === 'accept') account.connections += 1;
    return verdict;
  }

  /** What `connectionOpened` would say now; counts nothing. */
  wouldOpen(sourceName: string, limit?: number): Verdict {
    return judgeConnection(sourceName, this.#accounts.get(sourceName)?.connections ?? 0, limit);
  }

  connectionClosed(sourceName: string): void {
    const account = this.#accounts.get(sourceName);
    if (account && account.connections > 0) account.connections -= 1;
  }

  #account(sourceName: string): Account {
    const known = this.#accounts.get(sourceName);
    if (known) return known;
    if (this.#accounts.size >= accountsMax) this.#dropIdle();
    const account = {
      minute: new SlidingCount(60, 1_000),
      day: new SlidingCount(96, 900_000),
      connections: 0,
    };
    this.#accounts.set(sourceName, account);
    return account;
  }

  #dropIdle(): void {
    const now = this.#clock.now();
    for (const [name, { day, connections }] of this.#accounts) {
      if (connections === 0 && day.total(now) === 0) this.#accounts.delete(name);
    }
  }
}

function judgeConnection(sourceName: string, open: number, limit: number | undefined): Verdict {
  if (limit !== undefined && open >= limit) {
    return {
      kind: 'defer',
      code: 421,
      enhanced: '4.7.0',
      text: 'Too many connections, try again later',
      rule: 'source-connections',
      explanation: `${sourceName} has ${countOf(open, 'connection')} open, which is its limit; raise limits.connections to let more in`,
    };
  }
  return {
    kind: 'accept',
    rule: 'source-connections',
    explanation: `${sourceName} has ${countOf(open + 1, 'connection')} open with this one`,
  };
}

function judgeRate(source: Source, account: Account | undefined, now: number): Verdict {
  const { messagesPerMinute, messagesPerDay } = source.config.limits;
  const refusal =
    account &&
    (overLimit(source, account.minute, now, messagesPerMinute, 'minute') ??
      overLimit(source, account.day, now, messagesPerDay, 'day'));
  return (
    refusal ?? {
      kind: 'accept',
      rule: 'rate-within-limits',
      explanation: `${source.name} is within its message limits`,
    }
  );
}

function overLimit(
  source: Source,
  count: SlidingCount,
  now: number,
  limit: number | undefined,
  window: 'minute' | 'day',
): Refusal | undefined {
  if (limit === undefined || count.total(now) < limit) return undefined;
  const seconds = Math.ceil(count.untilRoom(now, limit) / 1000);
  return {
    kind: 'defer',
    // RFC 5321 4.3.2 has 451 and 452 for MAIL; 452 makes clients split recipients.
    code: 451,
    enhanced: '4.7.1',
    text: `Too many messages, try again in ${countOf(seconds, 'second')}`,
    rule: window === 'minute' ? 'messages-per-minute' : 'messages-per-day',
    explanation:
      `${source.name} has sent ${countOf(limit, 'message')} within a ${window}, which is its limit; there is room again in ${countOf(seconds, 'second')}, ` +
      `or raise limits.${window === 'minute' ? 'messagesPerMinute' : 'messagesPerDay'}`,
  };
}

/** Counts over the last `buckets * bucketMs` milliseconds, a little more at most (one bucket), never less. */
export class SlidingCount {
  readonly #counts: Uint32Array;
  readonly #bucketMs: number;
  #newest = 0;
  #total = 0;

  constructor(buckets: number, bucketMs: number) {
    // One more than the window: the bucket in which it began counts whole, so that no window has more than its limit.
    this.#counts = new Uint32Array(buckets + 1);
    this.#bucketMs = bucketMs;
  }

  add(now: number): void {
    this.#moveTo(now);
    const index = this.#newest % this.#counts.length;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  total(now: number): number {
    this.#moveTo(now);
    return this.#total;
  }

  /** Milliseconds until fewer than `limit` are counted, when nothing is added. */
  untilRoom(now: number, limit: number): number {
    this.#moveTo(now);
    let left = this.#total;
    for (let age = this.#counts.length - 1; age >= 0 && left >= limit; age -= 1) {
      const bucket = this.#newest - age;
      left -= this.#counts[((bucket % this.#counts.length) + this.#counts.length) % this.#counts.length] ?? 0;
      if (left < limit) return (bucket + this.#counts.length) * this.#bucketMs - now;
    }
    return 0;
  }

  #moveTo(now: number): void {
    const bucket = Math.floor(now / this.#bucketMs);
    if (bucket <= this.#newest) {
      this.#setBack(bucket);
      return;
    }
    const steps = Math.min(bucket - this.#newest, this.#counts.length);
    for (let step = 1; step <= steps; step += 1) {
      const index = (bucket - steps + step) % this.#counts.length;
      this.#total -= this.#counts[index] ?? 0;
      this.#counts[index] = 0;
    }
    this.#newest = bucket;
  }

  /**
   * The clock was set back: time stands still until it has caught up. By more than the window, and it would stand
   * still for too long; then all that is counted counts as of now.
   */
  #setBack(bucket: number): void {
    if (this.#newest - bucket <= this.#counts.length) return;
    this.#counts.fill(0);
    this.#counts[bucket % this.#counts.length] = this.#total;
    this.#newest = bucket;
  }
}
