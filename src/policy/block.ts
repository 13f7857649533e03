/** What a blocked address is told. */
import { formatInstant } from '../platform/clock.ts';
import type { BlockRule } from './policy.ts';
import type { Refusal } from './verdict.ts';

/** RFC 5321 3.1: 554 in place of the greeting; RFC 3463 X.7.1. */
export function blockRefusal(rule: BlockRule): Refusal {
  return {
    kind: 'refuse',
    code: 554,
    enhanced: '5.7.1',
    text: 'No mail is taken from this address',
    rule: 'blocked',
    explanation: explanationOf(rule),
  };
}

function explanationOf({ range, by, note, expiresAt }: BlockRule): string {
  const why = note === undefined ? '' : ` (${note})`;
  if (by === undefined)
    return `${range} is blocked in the policy${why}; take it out of "blocked" to let it try again`;
  const end = expiresAt === undefined ? '' : ` until ${formatInstant(expiresAt)}`;
  return `the review of the log blocks ${range}${end}${why}; "relay365 review unblock ${range}" lets it try again`;
}
