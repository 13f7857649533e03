/** What a source demands of a client beyond being found: `require` and `requireTls`. */
import type { ClientFacts } from './client-facts.ts';
import type { Policy, Source } from './policy.ts';
import type { Refusal } from './verdict.ts';
import { commonNameOf, dnsNameOf, fingerprintsOf } from './certificate-rule.ts';
import { printable } from './address-pattern.ts';
import { ended } from './validity.ts';

type Evidence = 'network' | 'login' | 'certificate';

/** Evidence that `require` does not name identifies nobody. */
export function counts(source: Source, evidence: Evidence): boolean {
  return !source.config.require || source.config.require.includes(evidence);
}

/** Why the client does not meet `require`, if it does not. */
export function requirementRefusal(policy: Policy, source: Source, facts: ClientFacts): Refusal | undefined {
  const required = source.config.require;
  if (!required) return undefined;
  const missing = required.filter((evidence) => !shows(policy, source, evidence, facts));
  if (missing.length === 0) return undefined;
  const lacks = missing.map((evidence) => lackOf(evidence, source, facts)).join('; ');
  const explanation = `${source.name} must show ${required.join(' and ')}: ${lacks}`;
  const rule = `${missing[0]}-required`;
  // Without TLS there is no certificate to show, and a login may not be offered: RFC 3207 4 has the reply for it.
  if (missing.includes('certificate') && !facts.tls) return needsTls(rule, explanation);
  // RFC 4954 6: 530 tells the client that a login would help.
  if (missing.every((evidence) => evidence === 'login')) {
    return {
      kind: 'refuse',
      code: 530,
      enhanced: '5.7.0',
      text: 'Authentication required',
      rule,
      explanation,
    };
  }
  return {
    kind: 'refuse',
    code: 550,
    enhanced: '5.7.1',
    text: `Not authorised to relay from ${facts.address}`,
    rule,
    explanation,
  };
}

export function tlsRefusal(source: Source, facts: ClientFacts): Refusal | undefined {
  if (!source.config.requireTls || facts.tls) return undefined;
  return needsTls(
    'tls-required',
    `${source.name} has "requireTls" and the client came without TLS: switch it on in the client, or take "requireTls" away`,
  );
}

function needsTls(rule: string, explanation: string): Refusal {
  const text = 'Must issue a STARTTLS command first';
  return { kind: 'refuse', code: 530, enhanced: '5.7.0', text, rule, explanation };
}

function shows(policy: Policy, source: Source, evidence: Evidence, facts: ClientFacts): boolean {
  switch (evidence) {
    case 'network':
      return policy.networks
        .lookup(facts.address)
        .some((rule) => rule.source === source && !ended(rule.expiresAt, facts.at));
    case 'login':
      return facts.login?.source === source.name && facts.login.username === source.config.login?.username;
    case 'certificate':
      return showsCertificate(source, facts);
    default:
      return evidence satisfies never;
  }
}

function showsCertificate(source: Source, facts: ClientFacts): boolean {
  const { certificate } = facts;
  const rule = source.config.certificate;
  if (!certificate || !rule) return false;
  const fingerprint = certificate.fingerprint.toLowerCase();
  if (fingerprintsOf(rule).some(({ hex }) => hex === fingerprint)) return true;
  // A name means something only where a CA that we chose vouches for it.
  if (!certificate.trusted) return false;
  const commonName = commonNameOf(rule);
  if (commonName !== undefined) return certificate.commonName?.toLowerCase() === commonName;
  const dnsName = dnsNameOf(rule);
  return dnsName !== undefined && certificate.dnsNames.some((name) => name.toLowerCase() === dnsName);
}

function lackOf(evidence: Evidence, source: Source, facts: ClientFacts): string {
  switch (evidence) {
    case 'network':
      return `${facts.address} is in none of its networks (${networksOf(source)})`;
    case 'login':
      return facts.login
        ? `the login ${printable(facts.login.username)} is that of ${facts.login.source}`
        : `the client has not logged in as ${printable(source.config.login?.username ?? '')}`;
    case 'certificate':
      return facts.certificate
        ? `the client certificate sha256:${facts.certificate.fingerprint.slice(0, 16)}… is another one, or no CA of tls.clientCa vouches for it`
        : 'the client showed no certificate';
    default:
      return evidence satisfies never;
  }
}

function networksOf(source: Source): string {
  const ranges = source.config.networks.map((entry) => (typeof entry === 'string' ? entry : entry.range));
  return ranges.length > 5
    ? `${ranges.slice(0, 5).join(', ')} and ${ranges.length - 5} more`
    : ranges.join(', ');
}
