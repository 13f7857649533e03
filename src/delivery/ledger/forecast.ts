/** How much of a quota is left, and how long it lasts. Pure. */
import type { Instant } from '../../platform/clock.ts';
import type { Refusal } from './ledger.ts';
import type { Quota } from './quota.ts';
import type { SlidingWindow } from './window.ts';

export interface Forecast {
  readonly used: number;
  readonly limit: number;
  readonly free: number;
  /** When it runs out at the rate of the last hour; absent: not within its window, or it has run out. */
  readonly runsOutAt?: Instant;
  /** When there is room again; only where it has run out. */
  readonly freeAt?: Instant;
  /** What the other side said when it called it used up, whatever is counted here. */
  readonly said?: string;
}

export type QuotaLevel = 'free' | 'low' | 'exhausted';

export const lowShare = 0.8;
/** Below this share a level is told anew when it comes back. */
const againShare = 0.7;
const rateMs = 3_600_000;

export function forecastOf(
  window: SlidingWindow,
  reserved: number,
  quota: Quota,
  now: Instant,
  refusal?: Refusal,
): Forecast {
  const used = window.total(now) + reserved;
  const { limit } = quota;
  if (refusal && refusal.until > now) {
    // Where nobody knows the limit, it is what was sent until the other side called it reached.
    const known = limit === Infinity ? used : limit;
    const { until, text } = refusal;
    return { used: Math.max(used, known), limit: known, free: 0, freeAt: until, said: text };
  }
  const free = Math.max(0, limit - used);
  if (free === 0) return { used, limit, free, freeAt: window.fallsTo(Math.max(0, limit - 1), now) };
  if (quota.window !== 'day') return { used, limit, free };
  const runsOutAt = window.reaches(limit, window.recent(now, rateMs) / rateMs, now);
  return { used, limit, free, ...(runsOutAt !== undefined && { runsOutAt }) };
}

/** `before` keeps its place between the shares, so that a count that swings about one is not told again and again. */
export function levelOf(used: number, limit: number, before: QuotaLevel): QuotaLevel {
  if (used >= limit) return 'exhausted';
  if (used >= limit * lowShare) return before === 'exhausted' ? before : 'low';
  return used >= limit * againShare ? before : 'free';
}
