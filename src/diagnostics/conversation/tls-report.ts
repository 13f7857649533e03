/** What a handshake showed: version, cipher and every certificate that was presented. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { Instant } from '../../platform/clock.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { CertificateReport, TlsReport } from './conversation.ts';

const dayMs = 86_400_000;
/** Certificates of one chain that are reported. */
const chainMax = 10;
const namesMax = 100;

export function tlsReport(
  socket: TLSSocket,
  {
    serverName,
    now,
    verified,
  }: { readonly serverName: string; readonly now: Instant; readonly verified: boolean },
): TlsReport {
  const chain = presented(socket);
  const leaf = socket.getPeerCertificate();
  const fault = socket.authorized ? undefined : String(socket.authorizationError ?? 'no certificate');
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    verified,
    serverName,
    nameMatches: chain.length > 0 && checkServerIdentity(serverName, leaf) === undefined,
    ...(fault !== undefined && { chainFault: fault }),
    chain: chain.map((certificate) => certificateReport(certificate, now)),
  };
}

/** OpenSSL may complete the chain from the roots we know; a certificate that signed itself is its end. */
function presented(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (
    next &&
    chain.length < chainMax &&
    !chain.some((one) => one.fingerprint256 === next?.fingerprint256)
  ) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

export function certificateReport(certificate: X509Certificate, now: Instant): CertificateReport {
  const { publicKey } = certificate;
  const { asymmetricKeyDetails: details = {}, asymmetricKeyType = 'unknown' } = publicKey;
  const size =
    details.modulusLength === undefined ? (details.namedCurve ?? '') : String(details.modulusLength);
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .filter((name) => name !== '')
      .slice(0, namesMax)
      .map((name) => safeText(name.replace(/^(?:DNS|IP Address):/, ''), 255)),
    usages: (certificate.keyUsage ?? []).map(usageName),
    from: new Date(certificate.validFrom).toISOString(),
    to: new Date(certificate.validTo).toISOString(),
    daysLeft: Math.floor((Date.parse(certificate.validTo) - now) / dayMs),
    key: `${asymmetricKeyType.toUpperCase()} ${size}`.trim(),
    fingerprint: `sha256:${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`,
  };
}

// RFC 5280 4.2.1.12; Node.js gives the object ids.
const usageNames = new Map([
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
]);

function usageName(oid: string): string {
  return usageNames.get(oid) ?? oid;
}

function nameOf(name: string | undefined): string {
  return safeText((name ?? '').replaceAll('\n', ', '), 300) || 'nobody';
}
