/** Whether one more connection is let in, before anything is said. Pure. */
import { blockRefusal } from '../policy/block.ts';
import type { Policy } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { Instant } from '../platform/clock.ts';
import type { ListenerConfig } from '../config/node-schema.ts';
import type { ConnectionCounts } from './connection-counts.ts';
import { countOf } from '../platform/words.ts';

export interface Admission {
  readonly policy: Policy;
  readonly limits: Pick<ListenerConfig['limits'], 'connections' | 'connectionsPerAddress'>;
  readonly counts: Pick<ConnectionCounts, 'total' | 'of'>;
  /** Normalised. */
  readonly address: string;
  readonly now: Instant;
}

/** What it is told in place of the greeting; `undefined`: it is let in. */
export function admissionRefusal({ policy, limits, counts, address, now }: Admission): Refusal | undefined {
  const blocked = policy.blocked.find(address, now);
  return blocked === undefined ? crowdedRefusal(limits, counts, address) : blockRefusal(blocked);
}

/** The part that depends on how many connections are open now. */
export function crowdedRefusal(
  limits: Admission['limits'],
  counts: Admission['counts'],
  address: string,
): Refusal | undefined {
  if (counts.total >= limits.connections) {
    return busy(
      'connections',
      `${countOf(limits.connections, 'connection')} ${limits.connections === 1 ? 'is' : 'are'} open (limits.connections)`,
    );
  }
  if (counts.of(address) < limits.connectionsPerAddress) return undefined;
  const most = limits.connectionsPerAddress;
  const explanation = `${countOf(most, 'connection')} from this address ${most === 1 ? 'is' : 'are'} open (limits.connectionsPerAddress)`;
  return busy('connections-per-address', explanation);
}

/** RFC 5321 3.8: 421 is the reply of a server that must close. */
function busy(rule: string, explanation: string): Refusal {
  const text = 'Too many connections, try again later';
  return { kind: 'defer', code: 421, enhanced: '4.7.0', text, rule, explanation };
}
