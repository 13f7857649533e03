/** Why a client was recognised as it was, in words for the operator. */
import { distanceTo, parseAddress, parseRange } from '../config/network-range.ts';
import type { ClientFacts } from './client-facts.ts';
import type { Policy } from './policy.ts';
import type { Candidate } from './recognise.ts';
import type { Refusal } from './verdict.ts';
import { printable } from './address-pattern.ts';

/** Why a source that some evidence pointed to was no candidate. */
export interface PassedOver {
  readonly note: string;
  /** What in the policy would let it pass; absent: the evidence itself is at fault. */
  readonly remedy?: string;
}

export function explainChoice(
  chosen: Candidate,
  others: readonly Candidate[],
  passedOver: readonly string[],
): string {
  const next = others.find(({ source }) => source !== chosen.source);
  const why = next ? `; ${strengthOver(chosen, next)}` : '';
  const notes = passedOver.map((note) => `; ${note}`).join('');
  return `${chosen.source.name} by ${chosen.by}${why}${notes}`;
}

function strengthOver(chosen: Candidate, next: Candidate): string {
  const other = `${next.source.name} by ${next.by}`;
  if (!chosen.network && next.network) return `stronger than ${other}`;
  if (!chosen.network) return `before ${other}`;
  return chosen.network.prefixBits === next.network?.prefixBits
    ? `the same range also finds ${next.source.name}, which needs more`
    : `more specific than ${other}`;
}

/** The refusal of a client that is no source, and what would make it one. */
export function explainStranger(
  policy: Policy,
  facts: ClientFacts,
  passedOver: readonly PassedOver[],
): Refusal {
  return {
    kind: 'refuse',
    code: 550,
    enhanced: '5.7.1',
    text: `Not authorised to relay from ${facts.address}`,
    rule: 'no-source',
    explanation: passedOver.length > 0 ? strangerBecause(passedOver) : strangerBeside(policy, facts),
  };
}

function strangerBecause(passedOver: readonly PassedOver[]): string {
  const notes = passedOver.map(({ note }) => note).join('; ');
  const remedies = passedOver.flatMap(({ remedy }) => remedy ?? []).join(', or ');
  return `${notes}. Nothing else identifies this client${remedies === '' ? '' : `; to let it in, ${remedies}`}`;
}

function strangerBeside(policy: Policy, facts: ClientFacts): string {
  if (policy.sources.size === 0)
    return 'the policy has no sources, so nobody may send; add one for this client';
  const nearest = policy.networks.nearest(facts.address);
  const advice = `add ${facts.address} to the networks of a source, or give the client a login`;
  const who = whatItShowed(facts);
  if (!nearest) return `no source has a network that could hold ${facts.address}${who}; ${advice}`;
  const range = parseRange(nearest.range);
  const address = parseAddress(facts.address);
  const distance = range.ok && address.ok ? distanceTo(range.value, address.value) : undefined;
  if (
    distance === undefined ||
    distance === 0n ||
    !isNear(distance, address.ok && address.value.family === 6)
  ) {
    return `${facts.address} is in no network of any source${who}; ${advice}`;
  }
  const { name } = nearest.source;
  return (
    `${facts.address} is ${distance === 1n ? 'one address' : `${distance} addresses`} outside ${name} ${nearest.range}${who}; ` +
    `to let it in, add ${facts.address} to the networks of ${name}`
  );
}

/** Near enough that a mistyped address or a grown network is likely: the neighbouring /16, or the same /48 or so. */
function isNear(distance: bigint, isV6: boolean): boolean {
  return distance <= (isV6 ? 1n << 80n : 65_536n);
}

function whatItShowed(facts: ClientFacts): string {
  const shown = [
    facts.login ? `its login ${printable(facts.login.username)}` : '',
    facts.certificate ? `its certificate sha256:${facts.certificate.fingerprint.slice(0, 16)}…` : '',
  ].filter((text) => text !== '');
  return shown.length === 0
    ? ''
    : `, and ${shown.join(' and ')} identif${shown.length > 1 ? 'y' : 'ies'} no source`;
}
