/**
 * The certificates of the stand-in: a root of its own, an authority below it for clients, and leaves, made anew at each
 * start. Servers are verified against `caPem`, so nothing has to be switched off to try the real verification; clients
 * whose chain ends there count as publicly certified.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface KeyPair {
  /** PEM of the leaf. */
  readonly certificatePem: string;
  /** PEM of leaf and intermediates, as it has to be sent. */
  readonly chainPem: string;
  /** PEM of the leaf's key, PKCS #8. */
  readonly keyPem: string;
}

export interface LeafRequest {
  /** DNS names and addresses; the first is the common name. */
  readonly names: readonly string[];
  readonly purposes: readonly ('server' | 'client')[];
  /** Milliseconds since 1970; absent: 30 days from the start. */
  readonly notAfter?: number;
}

const dayMs = 86_400_000;
/** Longer than the warnings before the end of a certificate begin. */
const authorityMs = 365 * dayMs;
// Long ago: the relay that is tried may live at another time than this machine does.
const notBefore = Date.UTC(2020, 0, 1);
// Exchange Online presents RSA certificates ("Technical reference details about encryption", Microsoft Purview).
const leafKey = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const caKey = { name: 'ECDSA', namedCurve: 'P-256' };
const caSignature = { name: 'ECDSA', hash: 'SHA-256' };
const purposeIds = { server: ExtendedKeyUsage.serverAuth, client: ExtendedKeyUsage.clientAuth };

interface Issuer {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export class CertificateAuthority {
  /** PEM of the root. */
  readonly caPem: string;
  readonly #root: Issuer;
  readonly #intermediate: Issuer;
  readonly #now: number;

  static async make(now: number): Promise<CertificateAuthority> {
    const name = 'CN=Microsoft 365 stand-in CA (not Microsoft)';
    const root = await issuer({ name, pathLength: 1, now });
    const intermediate = await issuer({
      name: 'CN=Microsoft 365 stand-in CA for clients (not Microsoft)',
      pathLength: 0,
      now,
      by: root,
    });
    return new CertificateAuthority(root, intermediate, now);
  }

  constructor(root: Issuer, intermediate: Issuer, now: number) {
    this.#root = root;
    this.#intermediate = intermediate;
    this.#now = now;
    this.caPem = pem(root.certificate);
  }

  /** A leaf directly below the root, so that its chain is itself. */
  issueServer(names: readonly string[]): Promise<KeyPair> {
    return this.#issue({ names, purposes: ['server'] }, this.#root);
  }

  /** A leaf below the intermediate: a client that sends it alone sends an incomplete chain. */
  issueClient(request: LeafRequest): Promise<KeyPair> {
    return this.#issue(request, this.#intermediate);
  }

  async #issue(request: LeafRequest, by: Issuer): Promise<KeyPair> {
    const keys = await webcrypto.subtle.generateKey(leafKey, true, ['sign', 'verify']);
    const { names, purposes } = request;
    const leaf = await certify({
      subject: `CN=${names[0] ?? 'localhost'}`,
      notBefore,
      notAfter: request.notAfter ?? this.#now + 30 * dayMs,
      by,
      publicKey: keys.publicKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
        new ExtendedKeyUsageExtension(purposes.map((purpose) => purposeIds[purpose])),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    const chain = by === this.#root ? [leaf] : [leaf, by.certificate];
    return {
      certificatePem: pem(leaf),
      chainPem: chain.map(pem).join(''),
      keyPem: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    };
  }
}

async function issuer(given: {
  readonly name: string;
  readonly pathLength: number;
  readonly now: number;
  readonly by?: Issuer;
}): Promise<Issuer> {
  const keys = await webcrypto.subtle.generateKey(caKey, true, ['sign', 'verify']);
  const certificate = await certify({
    subject: given.name,
    notBefore,
    notAfter: given.now + authorityMs,
    by: given.by,
    publicKey: keys.publicKey,
    selfKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, given.pathLength, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

async function certify(given: {
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly by?: Issuer | undefined;
  readonly publicKey: webcrypto.CryptoKey;
  readonly selfKey?: webcrypto.CryptoKey;
  readonly extensions: readonly Extension[];
}): Promise<X509Certificate> {
  const { by } = given;
  const signingKey = by?.keys.privateKey ?? given.selfKey;
  if (signingKey === undefined) throw new Error('a certificate needs an issuer or its own key');
  const authority = by && (await AuthorityKeyIdentifierExtension.create(by.keys.publicKey));
  return X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    notBefore: new Date(given.notBefore),
    notAfter: new Date(given.notAfter),
    subject: given.subject,
    issuer: by?.certificate.subject ?? given.subject,
    publicKey: given.publicKey,
    signingKey,
    signingAlgorithm: caSignature,
    extensions: [...given.extensions, ...(authority ? [authority] : [])],
  });
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

/** RFC 5280 4.1.2.2: positive and unpredictable enough; the first digit keeps the sign bit clear. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(15));
  return `4${Buffer.from(bytes).toString('hex')}`.padEnd(32, '0');
}
