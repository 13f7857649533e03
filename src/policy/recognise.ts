/**
 * Which source a client is.
 *
 * The strongest evidence decides: a client certificate before a login before the address, and among addresses the
 * longest prefix. The source found so is the answer, also when it refuses (`require` unmet, no TLS): falling through
 * to a less specific source would let a client choose the weaker rule by leaving its evidence out.
 * A source that is not known on the listener, or whose permission has ended, is no candidate, but is named in the
 * explanation.
 */
import type { Instant } from '../platform/clock.ts';
import type { QuirkName } from '../config/policy-schema.ts';
import type { ClientFacts } from './client-facts.ts';
import type { NetworkRule, Policy, Source } from './policy.ts';
import type { Refusal } from './verdict.ts';
import { counts, requirementRefusal, tlsRefusal } from './requirement.ts';
import { explainChoice, explainStranger, type PassedOver } from './explain.ts';
import { ended, lastDay } from './validity.ts';
import { overdue, type Overdue } from './ageing.ts';
import { printable } from './address-pattern.ts';

export type Recognition =
  | {
      readonly kind: 'source';
      readonly source: Source;
      /** What it was known by: `network 10.20.0.0/28`, `login erp`, `certificate CN=erp.contoso.com`. */
      readonly rule: string;
      readonly explanation: string;
      /** Its permission has ended and still holds: by grace, or with its mail held. */
      readonly age?: Overdue;
    }
  | {
      readonly kind: 'stranger';
      readonly refusal: Refusal;
      /** The source that was found and refused; absent where there was none. */
      readonly source?: Source;
    };

/** A source that some evidence points to. */
export interface Candidate {
  readonly source: Source;
  readonly rule: string;
  /** How it was known, for the explanation: `its address 10.20.0.15 in 10.20.0.0/28`. */
  readonly by: string;
  readonly network?: NetworkRule;
}

export function recognise(policy: Policy, facts: ClientFacts): Recognition {
  const passedOver: PassedOver[] = [];
  const candidates = [
    ...certificateCandidates(policy, facts, passedOver),
    ...loginCandidates(policy, facts, passedOver),
    ...networkCandidates(policy, facts, passedOver),
  ].filter(({ source }) => isKnownHere(source, facts, passedOver));
  const notes = distinct(passedOver);
  const chosen = choose(policy, candidates, facts);
  if (!chosen) return { kind: 'stranger', refusal: explainStranger(policy, facts, notes) };
  const refusal = requirementRefusal(policy, chosen.source, facts) ?? tlsRefusal(chosen.source, facts);
  if (refusal) return { kind: 'stranger', refusal, source: chosen.source };
  const age = overdue(chosen.source, chosen.network, facts.at);
  return {
    kind: 'source',
    source: chosen.source,
    rule: chosen.rule,
    explanation: explainChoice(chosen, candidates, [
      ...notes.map(({ note }) => note),
      ...(age === undefined ? [] : [age.text]),
    ]),
    ...(age === undefined ? {} : { age }),
  };
}

/**
 * Deviations from the protocol to put up with from this address, known before anything else is: those of the most
 * specific network that holds it on this listener. Networks of sources that need a login as well count here.
 * `at` leaves out what has ended by then.
 */
export function quirksFor(
  policy: Policy,
  address: string,
  listener: string,
  at?: Instant,
): ReadonlySet<QuirkName> {
  const rules = policy.networks
    .lookup(address)
    .filter(
      ({ source, expiresAt }) =>
        isListed(source, listener) && !ended(expiresAt, at) && !ended(source.expiresAt, at),
    );
  const most = rules[0];
  if (!most) return noQuirks;
  const equals = rules.filter(({ prefixBits }) => prefixBits === most.prefixBits);
  if (equals.length === 1) return most.source.quirks;
  return new Set(equals.flatMap(({ source }) => [...source.quirks]));
}

const noQuirks: ReadonlySet<QuirkName> = new Set();

function certificateCandidates(policy: Policy, facts: ClientFacts, passedOver: PassedOver[]): Candidate[] {
  const { certificate } = facts;
  if (!certificate) return [];
  const found: Candidate[] = [];
  const pinned = policy.certificates.fingerprints.get(certificate.fingerprint.toLowerCase());
  const short = `sha256:${certificate.fingerprint.slice(0, 16)}…`;
  if (pinned) found.push({ source: pinned, rule: `certificate ${short}`, by: `the certificate ${short}` });
  for (const { source, name } of subjectMatches(policy, facts)) {
    if (certificate.trusted) {
      found.push({ source, rule: `certificate ${name}`, by: `the certificate ${name}` });
    } else {
      passedOver.push({
        note: `the certificate ${name} names ${source.name}, but no CA of tls.clientCa vouches for it or it is outside its validity`,
      });
    }
  }
  return found.filter(({ source }) => counts(source, 'certificate'));
}

function subjectMatches(policy: Policy, facts: ClientFacts): { source: Source; name: string }[] {
  const found: { source: Source; name: string }[] = [];
  const { commonName, dnsNames = [] } = facts.certificate ?? {};
  const byName =
    commonName === undefined ? undefined : policy.certificates.commonNames.get(commonName.toLowerCase());
  if (byName && commonName !== undefined) found.push({ source: byName, name: `CN=${printable(commonName)}` });
  for (const name of dnsNames) {
    const source = policy.certificates.dnsNames.get(name.toLowerCase());
    if (source) found.push({ source, name: printable(name) });
  }
  return found;
}

function loginCandidates(policy: Policy, facts: ClientFacts, passedOver: PassedOver[]): Candidate[] {
  if (!facts.login) return [];
  const { username, source: name } = facts.login;
  const source = policy.sources.get(name);
  // The policy may have changed since the login: the name must still be this source's.
  if (source?.config.login?.username !== username) {
    passedOver.push({ note: `the login ${printable(username)} is no longer that of ${name}` });
    return [];
  }
  const shown = printable(username);
  return counts(source, 'login') ? [{ source, rule: `login ${shown}`, by: `the login ${shown}` }] : [];
}

function networkCandidates(policy: Policy, facts: ClientFacts, passedOver: PassedOver[]): Candidate[] {
  const found: Candidate[] = [];
  for (const network of policy.networks.lookup(facts.address)) {
    const { source, range, expiresAt } = network;
    const note = network.note === undefined ? '' : ` (${printable(network.note)})`;
    if (!counts(source, 'network')) continue;
    if (ended(expiresAt, facts.at)) {
      passedOver.push({
        note: `the permission of ${source.name} for ${range}${note} ended on ${lastDay(network.ends?.at ?? expiresAt)}`,
        remedy: `give ${range} of ${source.name} a later "expires", or none`,
      });
      continue;
    }
    const by =
      range === facts.address
        ? `its address ${range}${note}`
        : `its address ${facts.address} in ${range}${note}`;
    found.push({ source, rule: `network ${range}`, by, network });
  }
  return found;
}

/** Known on this listener, and its permission has not ended. */
function isKnownHere(source: Source, facts: ClientFacts, passedOver: PassedOver[]): boolean {
  if (!isListed(source, facts.listener)) {
    const listeners = (source.config.listeners ?? []).join(', ');
    passedOver.push({
      note: `${source.name} is known on ${listeners === '' ? 'no listener' : `listener ${listeners}`} only, not on ${facts.listener}`,
      remedy: `add ${facts.listener} to the listeners of ${source.name}`,
    });
    return false;
  }
  if (ended(source.expiresAt, facts.at)) {
    passedOver.push({
      note: `the permission of ${source.name} ended on ${lastDay(source.ends?.at ?? source.expiresAt)}`,
      remedy: `give ${source.name} a later "expires", or none`,
    });
    return false;
  }
  return true;
}

/** Two networks of one source tell the same of it. */
function distinct(passedOver: readonly PassedOver[]): readonly PassedOver[] {
  return [...new Map(passedOver.map((one) => [one.note, one])).values()];
}

/** The first; among networks of equal length the first whose source is satisfied. */
function choose(policy: Policy, candidates: readonly Candidate[], facts: ClientFacts): Candidate | undefined {
  const first = candidates[0];
  if (!first?.network) return first;
  const bits = first.network.prefixBits;
  const equals = candidates.filter(({ network }) => network?.prefixBits === bits);
  return equals.find(({ source }) => requirementRefusal(policy, source, facts) === undefined) ?? first;
}

function isListed(source: Source, listener: string): boolean {
  return !source.config.listeners || source.config.listeners.includes(listener);
}
