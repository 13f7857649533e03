/** A certificate chain as it would be presented, read from PEM. */
import { X509Certificate } from 'node:crypto';
import type { Instant } from '../../platform/clock.ts';
import type { CertificateReport } from '../conversation/conversation.ts';
import { certificateReport } from '../conversation/tls-report.ts';

export interface LeafFacts extends CertificateReport {
  /** Where it comes from, for people: `tls.certificate`, `connectors.out.certificate`. */
  readonly place: string;
  readonly signature: string;
  readonly isSelfSigned: boolean;
  /** Certificates in the file, the leaf included. */
  readonly chainLength: number;
  /** Each certificate is followed by its issuer. */
  readonly inOrder: boolean;
  /** Names that signed the last certificate, where that is not its own. */
  readonly missingIssuer?: string;
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Throws where the text holds no certificate. */
export function leafFacts(pem: string, place: string, now: Instant): LeafFacts {
  const chain = (pem.match(certificate) ?? []).map((text) => new X509Certificate(text));
  const [leaf] = chain;
  const last = chain.at(-1);
  if (!leaf || !last) throw new TypeError(`${place} holds no certificate`);
  const isRoot = signsItself(last);
  return {
    ...certificateReport(leaf, now),
    place,
    signature: signatureOf(leaf),
    isSelfSigned: signsItself(leaf),
    chainLength: chain.length,
    inOrder: chain.every((one, index) => {
      const issuer = chain[index + 1];
      return issuer === undefined || one.checkIssued(issuer);
    }),
    ...(!isRoot && { missingIssuer: last.issuer.replaceAll('\n', ', ') }),
  };
}

/** `checkIssued` asks for the right to sign certificates too, which a self-signed certificate of a server has not. */
function signsItself(one: X509Certificate): boolean {
  return one.subject === one.issuer && one.verify(one.publicKey);
}

function signatureOf(leaf: X509Certificate): string {
  return (leaf as X509Certificate & { readonly signatureAlgorithm?: string }).signatureAlgorithm ?? 'unknown';
}
