/**
 * Where next hops saw this relay come from, over runs of the doctor: one entry for each time that an address lasted, so
 * that years of daily runs from one address take no more room than two runs from two. Pure.
 */
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { SeenEgress } from './check.ts';

const entriesMax = 200;
/** A change weighs so long; milliseconds. */
export const driftMs = 30 * 24 * 3_600_000;

/** The history with what a run saw; the newest last, 200 entries at most. */
export function withSeen(history: readonly SeenEgress[], seen: readonly SeenEgress[]): SeenEgress[] {
  const merged = [...history];
  for (const one of seen) {
    const index = merged.findLastIndex(({ connector }) => connector === one.connector);
    const last = merged[index];
    if (last?.address !== one.address) merged.push(one);
    else merged[index] = { ...last, since: last.since ?? last.at, at: one.at };
  }
  return merged.slice(-entriesMax);
}

export interface Drift {
  /** What was seen before the address of now, the newest last; each with its first and last day. */
  readonly details: readonly string[];
  /** The address that was seen last before this one, where it was seen within 30 days. */
  readonly before?: SeenEgress;
  /** Changes of address within 30 days, the one to the address of now among them. */
  readonly changes: number;
}

/** What became of the address of one connector until it was seen at `address` now. */
export function driftOf(
  history: readonly SeenEgress[],
  {
    connector,
    address,
    now,
  }: { readonly connector: string; readonly address: string; readonly now: Instant },
): Drift {
  const own = history.filter((one) => one.connector === connector);
  const earlier = own.at(-1)?.address === address ? own.slice(0, -1) : own;
  const recent = earlier.filter(({ at }) => plus(at, driftMs) >= now);
  const before = recent.at(-1);
  return {
    details: earlier.map((one) => `seen before: ${one.address}, ${spanOf(one)}`),
    changes: recent.length,
    ...(before && { before }),
  };
}

export function dayOf(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}

function spanOf({ since, at }: SeenEgress): string {
  const [first, last] = [dayOf(since ?? at), dayOf(at)];
  return first === last ? `on ${last}` : `from ${first} to ${last}`;
}
