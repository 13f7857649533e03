/** What a blocked address is told. */
import type { BlockRule } from './policy.ts';
import type { Refusal } from './verdict.ts';

/** RFC 5321 3.1: 554 in place of the greeting; RFC 3463 X.7.1. */
export function blockRefusal({ range, note }: BlockRule): Refusal {
  return {
    kind: 'refuse',
    code: 554,
    enhanced: '5.7.1',
    text: 'No mail is taken from this address',
    rule: 'blocked',
    explanation: `${range} is blocked in the policy${note === undefined ? '' : ` (${note})`}; take it out of "blocked" to let it try again`,
  };
}
