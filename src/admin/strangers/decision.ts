/** What was decided about an unknown sender; blocked goes before ignored, and something new shows it again. Pure. */
import type { StrangerGroup } from '../../observe/traffic/strangers.ts';
import type { Instant } from '../../platform/clock.ts';
import type { Policy } from '../../policy/policy.ts';
import type { DecisionBook } from './decision-book.ts';
import { triedKey } from './decision-book.ts';

export type Decision = 'none' | 'ignored' | 'blocked';

export interface Decides {
  readonly policy: { readonly current: Policy };
  readonly decisions: Pick<DecisionBook, 'isIgnored'>;
  readonly clock: { now(): Instant };
}

export function decisionAbout(
  { policy, decisions, clock }: Decides,
  { address, key, trials }: Pick<StrangerGroup, 'address' | 'key' | 'trials'>,
): Decision {
  if (policy.current.blocked.find(address, clock.now())) return 'blocked';
  const tried = trials.map(({ sender, recipient }) => triedKey(sender, recipient));
  return decisions.isIgnored(key, tried) || decisions.isIgnored(address, tried) ? 'ignored' : 'none';
}
