/** One check of the relay itself: what was found, since when, and how it was before. */
import type { Instant } from '../../platform/clock.ts';

export type CheckState = 'ok' | 'warn' | 'fail';
export type CheckUnit = 'ms' | 'bytes' | 'percent' | 'seconds' | 'days' | 'count';

/** What one look found. */
export interface CheckResult {
  /** Stable: `store`, `listener:devices`. */
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  /** What was seen, with numbers. */
  readonly evidence: string;
  /** What to do; only where it is not well. */
  readonly advice?: string;
  readonly value?: number;
  readonly unit?: CheckUnit;
  /** Where it fails, mail is not accepted. */
  readonly decides?: boolean;
}

export interface CheckPoint {
  readonly at: Instant;
  readonly state: CheckState;
  readonly value?: number;
}

export interface Check extends CheckResult {
  /** Begin of this state. */
  readonly since: Instant;
  readonly checkedAt: Instant;
  /** The oldest first. */
  readonly history: readonly CheckPoint[];
}

const order: readonly CheckState[] = ['ok', 'warn', 'fail'];

export function worst(states: Iterable<CheckState>): CheckState {
  let found: CheckState = 'ok';
  for (const state of states) if (order.indexOf(state) > order.indexOf(found)) found = state;
  return found;
}
