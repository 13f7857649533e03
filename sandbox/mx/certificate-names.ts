/**
 * The names of a client certificate that an inbound connector may believe: its chain must end, as it was sent, at the
 * authority of the stand-in, which stands for all public ones. Exchange Online fetches no intermediates, so a leaf sent
 * alone proves nothing (KB3212877). Self-signed certificates and private authorities are not believed (inbound connector
 * FAQ). Times are those of the stand-in's clock.
 */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

export interface CertificateRules {
  /** PEM of the authority that counts as public. */
  readonly caPem: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Only certificates for clientAuth count; whether Exchange Online asks for it is not published. */
  readonly purposeRequired: boolean;
  /** Fingerprints whose whole chain was seen: a resumed session brings the leaf alone. */
  readonly seen: Set<string>;
}

const chainMax = 6;
/** RFC 5280 4.2.1.12. */
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** CN and SAN names in lower case; empty: no certificate, or none to believe. */
export function believedNames(socket: TLSSocket, rules: CertificateRules): string[] {
  const chain = sentChain(socket);
  const [leaf] = chain;
  if (leaf === undefined || !isBelieved(chain, rules, socket.isSessionReused())) return [];
  if (rules.purposeRequired && !leaf.keyUsage?.includes(clientAuth)) return [];
  const common = /^CN=(.+)$/m.exec(leaf.subject)?.[1];
  const alternatives = (leaf.subjectAltName ?? '').split(', ').map((name) => /^DNS:(.+)$/.exec(name)?.[1]);
  return [...new Set([common, ...alternatives].flatMap((name) => (name ? [name.toLowerCase()] : [])))];
}

function sentChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < chainMax) {
    chain.push(new X509Certificate(at.raw));
    const next: DetailedPeerCertificate | undefined = at.issuerCertificate;
    // A self-signed certificate is its own issuer.
    at = next === at ? undefined : next;
  }
  return chain;
}

function isBelieved(chain: readonly X509Certificate[], rules: CertificateRules, resumed: boolean): boolean {
  const root = new X509Certificate(rules.caPem);
  const [leaf] = chain;
  if (leaf === undefined || !chain.every((certificate) => isCurrent(certificate, rules.now))) return false;
  const links = chain.every((certificate, at) => {
    const issuer = chain[at + 1] ?? root;
    if (certificate.fingerprint256 === root.fingerprint256) return at > 0;
    return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  });
  if (links) rules.seen.add(leaf.fingerprint256);
  return links || (resumed && rules.seen.has(leaf.fingerprint256));
}

function isCurrent(certificate: X509Certificate, now: number): boolean {
  return Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
}

/**
 * `TlsSenderCertificateName` against a name of the certificate: the same, or one of them a wildcard for one label of the
 * other (RFC 6125 6.4.3).
 */
export function nameMatches(pattern: string, name: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()];
  return wanted === given || covers(wanted, given) || covers(given, wanted);
}

function covers(wildcard: string, name: string): boolean {
  if (!wildcard.startsWith('*.')) return false;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot + 1) === wildcard.slice(2);
}
