/** A certificate authority for tests, and leaves of it. Keys live for one test run. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
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
  /** Extended key usages by their object identifiers; absent: the extension is left out. */
  readonly usages?: readonly string[];
}

export interface TestAuthority {
  /** PEM of the root. */
  readonly certificate: string;
  issue(options: LeafOptions): Promise<TestIdentity>;
  /** An intermediate authority below this one; leaves of it do not bring its certificate with them. */
  below(name: string): Promise<TestAuthority>;
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
  return authorityOf(root, keys);
}

function authorityOf(own: X509Certificate, keys: webcrypto.CryptoKeyPair): TestAuthority {
  return {
    certificate: own.toString('pem'),
    issue: (options) => issueLeaf(own, keys, options),
    below: async (name) => {
      const ownKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      serial += 1;
      const certificate = await X509CertificateGenerator.create({
        serialNumber: serial.toString(16).padStart(4, '0'),
        subject: `CN=${name}`,
        issuer: own.subject,
        notBefore: new Date('2020-01-01T00:00:00Z'),
        notAfter: new Date('2099-01-01T00:00:00Z'),
        publicKey: ownKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new BasicConstraintsExtension(true, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        ],
      });
      return authorityOf(certificate, ownKeys);
    },
  };
}

let serial = 1;

async function issueLeaf(
  root: X509Certificate,
  rootKeys: webcrypto.CryptoKeyPair,
  { names = [], addresses = [], notBefore, notAfter, usages }: LeafOptions,
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
      ...(usages === undefined ? [] : [new ExtendedKeyUsageExtension([...usages])]),
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
