/**
 * The certificates of the stand-in: a certification authority of its own and a leaf below it, made anew at
 * each start. Clients verify against `caPem`, so nothing has to be switched off to try the real verification.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface Identity {
  /** PEM of the certification authority. */
  readonly caPem: string;
  /** PEM of the leaf. */
  readonly certificatePem: string;
  /** PEM of the leaf's key, PKCS #8. */
  readonly keyPem: string;
}

const dayMs = 86_400_000;
// Exchange Online presents RSA certificates ("Technical reference details about encryption", Microsoft Purview).
const leafKey = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const caKey = { name: 'ECDSA', namedCurve: 'P-256' };
const caSignature = { name: 'ECDSA', hash: 'SHA-256' };

/** Makes authority and leaf; `names` are the DNS names and addresses that the leaf is valid for. */
export async function makeIdentity(names: readonly string[], now: number): Promise<Identity> {
  const validity = { notBefore: new Date(now - dayMs), notAfter: new Date(now + 30 * dayMs) };
  const [ca, leaf] = await Promise.all([
    webcrypto.subtle.generateKey(caKey, true, ['sign', 'verify']),
    webcrypto.subtle.generateKey(leafKey, true, ['sign', 'verify']),
  ]);
  const caCertificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: 'CN=Microsoft 365 stand-in CA (not Microsoft)',
    keys: ca,
    signingAlgorithm: caSignature,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  const leafCertificate = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: `CN=${names[0] ?? 'localhost'}`,
    issuer: caCertificate.subject,
    publicKey: leaf.publicKey,
    signingKey: ca.privateKey,
    signingAlgorithm: caSignature,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey);
  return {
    caPem: `${caCertificate.toString('pem')}\n`,
    certificatePem: `${leafCertificate.toString('pem')}\n`,
    keyPem: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  };
}

/** RFC 5280 4.1.2.2: positive and unpredictable enough; the first digit keeps the sign bit clear. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(15));
  return `4${Buffer.from(bytes).toString('hex')}`.padEnd(32, '0');
}
