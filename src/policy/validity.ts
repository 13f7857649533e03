import type { Instant } from '../platform/clock.ts';
import { formatInstant, instant } from '../platform/clock.ts';

/** A permission has ended at `at`; without a moment, or without an end, it has not. */
export function ended(expiresAt: Instant | undefined, at: Instant | undefined): expiresAt is Instant {
  return expiresAt !== undefined && at !== undefined && at >= expiresAt;
}

/** The last day on which it held, in UTC. */
export function lastDay(expiresAt: Instant): string {
  return formatInstant(instant(expiresAt - 1)).slice(0, 10);
}
