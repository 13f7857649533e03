/** What is usual: on which days a source sends, and how busy an hour of unwanted attempts is. Pure. */
import type { Instant } from '../../platform/clock.ts';

const dayMs = 86_400_000;
const weeksSeen = 4;

/**
 * Milliseconds of silence, with the days left out on which the source is not expected: a weekday counts where mail came
 * on at least three quarters of them, within the four weeks before the last mail. What is usual is taken from the time
 * before the silence, so that a long one does not become usual. Days are those of UTC.
 */
export function silenceOf(days: readonly number[], lastMailAt: Instant, now: Instant): number {
  const expected = expectedWeekdays(days);
  let silent = 0;
  const end = Math.floor(now / dayMs);
  // Beyond a year every rule has spoken.
  for (let day = Math.max(Math.floor(lastMailAt / dayMs), end - 366); day <= end; day += 1) {
    if (!expected.has(weekdayOf(day))) continue;
    silent += Math.min(now, (day + 1) * dayMs) - Math.max(lastMailAt, day * dayMs);
  }
  return silent;
}

function expectedWeekdays(days: readonly number[]): ReadonlySet<number> {
  const last = days.at(-1);
  if (last === undefined) return new Set();
  const first = Math.max(days[0] ?? last, last - 7 * weeksSeen + 1);
  const withMail = new Set(days);
  const seen = new Map<number, { all: number; mail: number }>();
  for (let day = first; day <= last; day += 1) {
    const count = seen.get(weekdayOf(day)) ?? { all: 0, mail: 0 };
    count.all += 1;
    if (withMail.has(day)) count.mail += 1;
    seen.set(weekdayOf(day), count);
  }
  return new Set([...seen].filter(([, { all, mail }]) => mail / all >= 0.75).map(([weekday]) => weekday));
}

/** Mail came on most days of its own weekdays, and often enough to say so. */
export function isRegular(days: readonly number[], least: number): boolean {
  return days.length >= least && expectedWeekdays(days).size >= Math.min(5, least);
}

function weekdayOf(day: number): number {
  // 1 January 1970 was a Thursday.
  return (day + 4) % 7;
}

/**
 * The busiest usual hour: what 95 of 100 hours stay below. `undefined` while fewer than a day of hours is known, because
 * then nothing is usual yet.
 */
export function usualBusiest(hours: readonly number[]): number | undefined {
  if (hours.length < 24) return undefined;
  const sorted = hours.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * 0.95)];
}
