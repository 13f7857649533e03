/**
 * Asks for an access token: the client credentials grant (RFC 6749 4.4) with a secret or a certificate
 * (RFC 7523 2.2), or the metadata service of the machine. One question, one answer; cache and repetition are the
 * business of token-source.ts. Answers are untrusted; no secret stands in what is returned but the token itself.
 */
import { createHash, webcrypto } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { Dispatcher } from 'undici';
import { fetch } from 'undici';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { AccessToken } from './access-token.ts';
import { makeToken } from './access-token.ts';
import type { OAuthCredential, Proof } from './credential.ts';
import { assertSafeUrl, readPair } from './credential.ts';
import { askManagedIdentity } from './managed-identity.ts';

/** What came of one question. */
export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: AccessToken }
  /** The endpoint said no, in the words of RFC 6749 5.2. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly error: string;
      readonly description: string;
      readonly clockAheadMs?: number;
    }
  /** An answer that is no token and no refusal: a proxy, an outage. */
  | { readonly kind: 'unexpected'; readonly status: number; readonly text: string }
  | { readonly kind: 'unreachable'; readonly text: string };

export interface TokenRequestOptions {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}

/** A client assertion is used at once. */
const assertionSeconds = 300;

export async function requestToken(
  credential: OAuthCredential,
  options: TokenRequestOptions,
): Promise<TokenAnswer> {
  try {
    return credential.proof.kind === 'managed-identity'
      ? await askManagedIdentity(credential, credential.proof, options)
      : await askTokenEndpoint(credential, credential.proof, options);
  } catch (error) {
    return { kind: 'unreachable', text: reasonOf(error) };
  }
}

/** `AUTHORITY/TENANT/oauth2/v2.0/token`. Throws `TypeError` on an authority that secrets may not be sent to. */
export function tokenEndpoint({ authority, tenantId = '' }: OAuthCredential): URL {
  const base = assertSafeUrl(authority, 'authority').href.replace(/\/+$/, '');
  return new URL(`${base}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`);
}

async function askTokenEndpoint(
  credential: OAuthCredential,
  proof: Exclude<Proof, { kind: 'managed-identity' }>,
  { clock, dispatcher, signal }: TokenRequestOptions,
): Promise<TokenAnswer> {
  const endpoint = tokenEndpoint(credential);
  const server: oauth.AuthorizationServer = {
    issuer: `${endpoint.origin}/${credential.tenantId}/v2.0`,
    token_endpoint: endpoint.href,
  };
  const client: oauth.Client = { client_id: credential.clientId ?? '' };
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    await clientAuthentication(proof, endpoint, clock),
    { scope: credential.scope },
    {
      signal,
      // `assertSafeUrl` lets http through to loopback alone.
      [oauth.allowInsecureRequests]: endpoint.protocol === 'http:',
      [oauth.customFetch]: (url, init) =>
        fetch(url, { ...(init as Parameters<typeof fetch>[1]), dispatcher }),
    },
  );
  const receivedAt = clock.now();
  const clockAheadMs = aheadOf(response.headers.get('date'), receivedAt);
  try {
    const { access_token: value, expires_in: seconds } = await oauth.processClientCredentialsResponse(
      server,
      client,
      response,
    );
    return { kind: 'token', token: makeToken(value, seconds ?? 0, receivedAt, clockAheadMs) };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      return {
        kind: 'refused',
        status: error.status,
        error: error.error,
        description: error.error_description ?? '',
        ...(clockAheadMs !== undefined && { clockAheadMs }),
      };
    }
    return { kind: 'unexpected', status: response.status, text: reasonOf(error) };
  }
}

async function clientAuthentication(
  proof: Exclude<Proof, { kind: 'managed-identity' }>,
  endpoint: URL,
  clock: Clock,
): Promise<oauth.ClientAuth> {
  if (proof.kind === 'secret') return oauth.ClientSecretPost(proof.secret);
  const { certificate, key } = readPair(proof);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ format: 'der', type: 'pkcs8' }),
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  return oauth.PrivateKeyJwt(signingKey, {
    // "Application authentication certificate credentials", Microsoft Learn: PS256, x5t#S256, `aud` is the token endpoint.
    [oauth.modifyAssertion]: (header, payload) => {
      header['x5t#S256'] = thumbprint;
      const now = Math.floor(clock.now() / 1000);
      payload['aud'] = endpoint.href;
      payload['iat'] = now;
      payload['nbf'] = now;
      payload['exp'] = now + assertionSeconds;
    },
  });
}

/** RFC 9110 6.6.1: what the other side's clock said, against ours. */
function aheadOf(date: string | null, now: Instant): number | undefined {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? undefined : theirs - now;
}

/** Never holds what was sent: these messages come from the HTTP client and the OAuth library. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const inner = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return `${error.message}${inner}${code === undefined || inner.includes(code) ? '' : ` (${code})`}`;
}
