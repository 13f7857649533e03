import type { Instant } from '../platform/clock.ts';

/** What is known of a client by our own observation; the input of recognition. */
export interface ClientFacts {
  readonly at: Instant;
  /** Normalised: an IPv4-mapped IPv6 address is given as IPv4. From the PROXY header where that is trusted. */
  readonly address: string;
  readonly listener: string;
  readonly tls: boolean;
  /** User name of a successful login, with the name of the source whose login it was. */
  readonly login?: { readonly username: string; readonly source: string };
  readonly certificate?: ClientCertificate;
}

export interface ClientCertificate {
  /** SHA-256 of the DER certificate, lower-case hexadecimal, no colons. */
  readonly fingerprint: string;
  /** Subject common name, if any. */
  readonly commonName?: string;
  /** DNS names of the subjectAltName. */
  readonly dnsNames: readonly string[];
  /** Chains to `tls.clientCa` and is within its validity. A pinned fingerprint does not need it. */
  readonly trusted: boolean;
}
