/**
 * The mode of a cut-over: unknown senders of listed networks are told to come back (4yz) instead of being refused, so that
 * nothing is lost while somebody decides about them. It ends by itself. Pure.
 */
import type { NetworkRange } from '../config/network-range.ts';
import { parseAddress, parseRange, rangeContains } from '../config/network-range.ts';
import type { Instant } from '../platform/clock.ts';
import { formatInstant } from '../platform/clock.ts';
import type { ClientFacts } from './client-facts.ts';
import type { Recognition } from './recognise.ts';
import type { Refusal } from './verdict.ts';

/** Longer, and it would be the way things are. */
export const cutOverDaysMax = 14;

export interface CutOver {
  /** As written. */
  readonly networks: readonly string[];
  readonly ranges: readonly NetworkRange[];
  readonly since: Instant;
  readonly until: Instant;
  readonly by: string;
  readonly note?: string;
}

export type ReadNetworks =
  | { readonly kind: 'ok'; readonly ranges: readonly NetworkRange[] }
  | { readonly kind: 'faulty'; readonly network: string; readonly reason: string };

export function readNetworks(networks: readonly string[]): ReadNetworks {
  const ranges: NetworkRange[] = [];
  for (const network of networks) {
    const parsed = parseRange(network);
    if (!parsed.ok) return { kind: 'faulty', network, reason: parsed.reason };
    ranges.push(parsed.value);
  }
  return { kind: 'ok', ranges };
}

/** What a client is told: a stranger of these networks is deferred; everybody else is answered as ever. */
export function withCutOver(
  recognition: Recognition,
  facts: ClientFacts,
  mode: CutOver | undefined,
): Recognition {
  if (mode === undefined || recognition.kind !== 'stranger' || recognition.source !== undefined)
    return recognition;
  if (facts.at >= mode.until || recognition.refusal.kind === 'defer') return recognition;
  const address = parseAddress(facts.address);
  if (!address.ok || !mode.ranges.some((range) => rangeContains(range, address.value))) return recognition;
  return { kind: 'stranger', refusal: deferred(recognition.refusal, mode) };
}

/** Said at the start, in status and when it is switched on. */
export function dangerOf(mode: { readonly networks: readonly string[]; readonly until: Instant }): string {
  return `cut-over mode: until ${formatInstant(mode.until)} unknown senders of ${mode.networks.join(', ')} are told to come back instead of being refused`;
}

/** RFC 5321 4.2.1: a client that gets 4yz keeps the message and tries again. */
function deferred(refusal: Refusal, mode: CutOver): Refusal {
  return {
    kind: 'defer',
    code: 451,
    enhanced: '4.7.1',
    text: `${refusal.text} yet, try again later`,
    rule: 'cut-over',
    explanation: `${refusal.explanation}; until ${formatInstant(mode.until)} unknown senders of ${mode.networks.slice(0, 5).join(', ')} are told to come back (cut-over mode, switched on by ${mode.by})`,
  };
}
