/**
 * Makes a self-signed identity for listeners that were given none. RSA with 2048 bits and SHA-256, because that
 * is what the oldest devices still in use can verify and what OpenSSL's default security level accepts.
 */
import 'reflect-metadata';
import { isIP } from 'node:net';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface SelfSignedOptions {
  /** Start of validity; a day is taken off, because clocks of devices are late. */
  readonly now: Date;
  /** Length of validity in days. */
  readonly days: number;
  /** Further names or addresses for subjectAltName. */
  readonly alternativeNames?: readonly string[];
  /** `ecdsa` is P-256: smaller and faster, and unknown to some old devices. */
  readonly kind?: 'rsa' | 'ecdsa';
}

const dayMs = 86_400_000;
const signatureDigest = 'SHA-256';

/** A certificate and its key, both PEM; the key is unencrypted PKCS #8 and is to be kept as a secret. */
export async function selfSigned(
  hostname: string,
  options: SelfSignedOptions,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const algorithm =
    options.kind === 'ecdsa'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: signatureDigest }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          hash: signatureDigest,
          publicExponent: new Uint8Array([1, 0, 1]),
          modulusLength: 2048,
        };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [hostname.slice(0, 64)] }],
    notBefore: new Date(options.now.getTime() - dayMs),
    notAfter: new Date(options.now.getTime() + options.days * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([hostname, ...(options.alternativeNames ?? [])].map(generalName)),
    ],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certificate: `${certificate.toString('pem')}\n`, key: pem('PRIVATE KEY', der) };
}

// RFC 5280 4.1.2.2: positive and not longer than 20 octets.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function generalName(name: string): { type: GeneralNameType; value: string } {
  return { type: isIP(name) === 0 ? 'dns' : 'ip', value: name };
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
