/** TLS of the listeners: identities, protocol versions and what is read from a client's certificate. */
import { X509Certificate, constants, createPrivateKey } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';

/** What a listener shows of itself, and which client certificates it trusts. All texts are PEM. */
export interface TlsIdentity {
  /** Several pairs (RSA and ECDSA, say) serve in one context; OpenSSL picks by what the client can do. */
  readonly pairs: readonly { readonly certificate: string; readonly key: string }[];
  /** CAs whose client certificates may identify a source. */
  readonly clientCa?: string | undefined;
  /** Calls back when others take the place of these; absent: they stay. Returns the unsubscribe. */
  readonly onChange?: (listener: () => void) => () => void;
}

/** An identity whose certificates are renewed while it is in use: who holds it sees the present ones. */
export class LiveIdentity implements TlsIdentity {
  #present: TlsIdentity;
  readonly #listeners = new Set<() => void>();
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  constructor(present: TlsIdentity) {
    this.#present = present;
  }

  get pairs(): TlsIdentity['pairs'] {
    return this.#present.pairs;
  }

  get clientCa(): string | undefined {
    return this.#present.clientCa;
  }

  /** Throws, and changes nothing, where certificate and key do not belong together or are not PEM. */
  replace(next: TlsIdentity): void {
    serverTlsOptions(next, { minimumTls: '1.2', requestCertificate: true, handshakeMs: 1 });
    this.#present = next;
    for (const listener of this.#listeners) listener();
  }
}

export type TlsVersion = '1.0' | '1.1' | '1.2' | '1.3';

export interface ServerTlsSettings {
  readonly minimumTls: TlsVersion;
  /** Ask for a client certificate; one that does not verify is reported, not refused. */
  readonly requestCertificate: boolean;
  readonly handshakeMs: number;
}

const versionNames = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
} as const;

/** Options for `tls.createServer`; throws where certificate and key do not belong together or are not PEM. */
export function serverTlsOptions(identity: TlsIdentity, settings: ServerTlsSettings): TlsOptions {
  const options: TlsOptions = {
    ...contextOptions(identity, settings.minimumTls),
    requestCert: settings.requestCertificate,
    // A pinned or unknown certificate must reach recognition, which decides; OpenSSL would only hang up.
    rejectUnauthorized: false,
    handshakeTimeout: settings.handshakeMs,
    allowHalfOpen: true,
    // No mail client renegotiates, and a peer that does costs a handshake each time; TLS 1.3 has none (RFC 8446 4.1.2).
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  if (settings.requestCertificate) {
    // A resumed session would bring the certificate of an older handshake, judged at that time.
    options.secureOptions = constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET;
  }
  // Faults of PEM texts show here, at start, and not at the first client.
  createSecureContext(options);
  return options;
}

function contextOptions(identity: TlsIdentity, minimumTls: TlsVersion): SecureContextOptions {
  if (identity.pairs.length === 0) throw new TypeError('a TLS identity needs a certificate and its key');
  identity.pairs.forEach(checkPair);
  const options: SecureContextOptions = {
    cert: identity.pairs.map((pair) => pair.certificate),
    key: identity.pairs.map((pair) => pair.key),
    minVersion: versionNames[minimumTls],
    honorCipherOrder: true,
  };
  if (identity.clientCa !== undefined) options.ca = identity.clientCa;
  // OpenSSL 3 allows the SHA-1 signatures of TLS 1.0 and 1.1 handshakes at security level 0 only
  // (SSL_CTX_set_security_level(3)). The level counts for this context, not for the process.
  if (minimumTls === '1.0' || minimumTls === '1.1') options.ciphers = 'DEFAULT@SECLEVEL=0';
  return options;
}

// OpenSSL keeps one key for each kind of key, so a certificate without its own key would go unnoticed until a client
// fails.
function checkPair({ certificate, key }: TlsIdentity['pairs'][number], index: number): void {
  const leaf = new X509Certificate(certificate);
  if (leaf.checkPrivateKey(createPrivateKey(key))) return;
  throw new TypeError(
    `certificate ${index + 1} (${leaf.subject.replaceAll('\n', ', ')}) and its key do not belong together`,
  );
}

export interface PeerCertificate {
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly commonName?: string;
  /** DNS names of subjectAltName, lower case, at most 100. */
  readonly dnsNames: readonly string[];
}

const dnsNamesMax = 100;
const nameCharactersMax = 255;

/** What recognition needs of a certificate. The names in it are the client's claim until a CA vouches for them. */
export function readPeerCertificate(certificate: X509Certificate): PeerCertificate {
  const commonName = commonNameOf(certificate);
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    ...(commonName === undefined ? {} : { commonName }),
    dnsNames: dnsNamesOf(certificate.subjectAltName ?? ''),
  };
}

// Node writes the subject as one `KEY=value` a line, escaping line ends in values, so that
// a value cannot pose as another key; several common names are the most general first, and none is then taken.
function commonNameOf(certificate: X509Certificate): string | undefined {
  const names = certificate.subject.split('\n').filter((line) => line.startsWith('CN='));
  const name = names.length === 1 ? names[0]!.slice(3) : '';
  return name === '' || name.length > nameCharactersMax ? undefined : name;
}

// CVE-2021-44532: Node quotes a name that holds a comma or quote as JSON; such a name is no DNS name, and is dropped.
function dnsNamesOf(subjectAltName: string): string[] {
  if (subjectAltName.includes('"')) return [];
  return subjectAltName
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice(4).toLowerCase())
    .filter((name) => name.length <= nameCharactersMax)
    .slice(0, dnsNamesMax);
}
