/** What an access token is asked with, all secrets resolved. Values of this type never enter a log or an error. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { SignInSlot } from './sign-in.ts';

export type Proof =
  | { readonly kind: 'secret'; readonly secret: string }
  /** PEM texts; the first certificate is the application's. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string }
  /** The platform vouches for the machine. `endpoint`: base URL of the metadata service instead of its own. */
  | { readonly kind: 'managed-identity'; readonly endpoint?: string }
  /** A person has signed in, and the relay keeps the refresh token. */
  | { readonly kind: 'sign-in'; readonly slot: SignInSlot };

export interface OAuthCredential {
  /** Base URL; the token is asked of `AUTHORITY/TENANT/oauth2/v2.0/token`. */
  readonly authority: string;
  /** Absent only with a managed identity. */
  readonly tenantId?: string;
  /** Absent only with the one identity that the platform gave the machine. */
  readonly clientId?: string;
  /** Such as `https://graph.microsoft.com/.default`; several for a person, with spaces between them. */
  readonly scope: string;
  readonly proof: Proof;
}

/** Two credentials that differ in anything, a renewed secret included, have different keys. */
export function credentialKey(credential: OAuthCredential): string {
  const { authority, tenantId, clientId, scope, proof } = credential;
  const proven = proof.kind === 'sign-in' ? [proof.kind, proof.slot.connector] : Object.entries(proof).flat();
  const parts = [authority, tenantId ?? '', clientId ?? '', scope, ...proven];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * Throws `TypeError`, without a word of the secret, on what could never give a token: a PEM text that is none, a key of
 * another certificate, a key that is not RSA (Entra takes PS256 and RS256 alone).
 */
export function assertUsable({ proof, authority, tenantId, clientId }: OAuthCredential): void {
  if (proof.kind === 'managed-identity') return;
  if (tenantId === undefined || clientId === undefined)
    throw new TypeError('the credential needs tenantId and clientId');
  assertSafeUrl(authority, 'authority');
  if (proof.kind === 'sign-in') return;
  if (proof.kind === 'secret') {
    if (proof.secret === '') throw new TypeError('the client secret is empty');
    return;
  }
  const { certificate, key } = readPair(proof);
  if (key.asymmetricKeyType !== 'rsa')
    throw new TypeError('the key of the credential is not RSA, which Entra asks for');
  if (!certificate.checkPrivateKey(key))
    throw new TypeError('the key of the credential is not that of its certificate');
}

/** Secrets and mail travel over this URL: HTTPS, or HTTP to this machine alone. Throws `TypeError`. */
export function assertSafeUrl(text: string, what: string): URL {
  if (isSafeUrl(text)) return new URL(text);
  throw new TypeError(`the ${what} must be an https URL (http is for loopback only)`);
}

export function isSafeUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

export function readPair({ certificate, key }: Extract<Proof, { kind: 'certificate' }>): {
  readonly certificate: X509Certificate;
  readonly key: ReturnType<typeof createPrivateKey>;
} {
  const leaf = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(certificate)?.[0];
  if (leaf === undefined) throw new TypeError('the certificate of the credential is not PEM');
  try {
    return { certificate: new X509Certificate(leaf), key: createPrivateKey(key) };
  } catch {
    throw new TypeError('the certificate or the key of the credential cannot be read as PEM');
  }
}
