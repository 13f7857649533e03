/** A certificate authority for tests, and leaves of it. Keys live for one test run. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';
import type { X509Certificate } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface TestIdentity {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface LeafOptions {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface TestAuthority {
  /** PEM of the root. */
  readonly certificate: string;
  issue(options: LeafOptions): Promise<TestIdentity>;
}

export async function createTestAuthority(name = 'Test Root'): Promise<TestAuthority> {
  cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys,
    signingAlgorithm: algorithm,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2099-01-01T00:00:00Z'),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    certificate: root.toString('pem'),
    issue: (options) => issueLeaf(root, keys, options),
  };
}

let serial = 1;

async function issueLeaf(
  root: X509Certificate,
  rootKeys: webcrypto.CryptoKeyPair,
  { names = [], addresses = [], notBefore, notAfter }: LeafOptions,
): Promise<TestIdentity> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  serial += 1;
  const leaf = await X509CertificateGenerator.create({
    serialNumber: serial.toString(16).padStart(4, '0'),
    subject: `CN=${names[0] ?? addresses[0] ?? 'leaf'}`,
    issuer: root.subject,
    notBefore: notBefore ?? new Date('2020-01-01T00:00:00Z'),
    notAfter: notAfter ?? new Date('2099-01-01T00:00:00Z'),
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const thumbprint = await leaf.getThumbprint('SHA-256');
  return {
    certificate: leaf.toString('pem'),
    key: PemConverter.encode(key, 'PRIVATE KEY'),
    fingerprint: Buffer.from(thumbprint).toString('hex'),
  };
}
