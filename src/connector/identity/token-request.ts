/**
 * Asks for an access token: the client credentials grant (RFC 6749 4.4) with a secret or a certificate
 * (RFC 7523 2.2), the refresh token of a person who signed in (RFC 6749 6), or the metadata service of the machine. One question, one answer; cache and repetition are the
 * business of token-source.ts. Answers are untrusted; no secret stands in what is returned but the token itself.
 */
import { createHash, webcrypto } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import type { AccessToken } from './access-token.ts';
import type { OAuthCredential, Proof } from './credential.ts';
import { readPair } from './credential.ts';
import { entraRequest, reasonOf, tokenAnswer } from './entra-endpoint.ts';
import { askManagedIdentity } from './managed-identity.ts';
import { askWithSignIn } from './refresh.ts';

/** What came of one question. */
export type TokenAnswer =
  | {
      readonly kind: 'token';
      readonly token: AccessToken;
      /** Secret; it replaces the one that was shown. */
      readonly refreshToken?: string;
    }
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
  | { readonly kind: 'unreachable'; readonly text: string }
  /** Nothing was asked, or what came could not be kept: the sign-in of a person is at fault. */
  | { readonly kind: 'sign-in'; readonly code: SignInFault; readonly text: string };

export type SignInFault = 'sign-in-missing' | 'sign-in-unreadable' | 'sign-in-not-kept';

export interface TokenRequestOptions {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}

type EntraProof = Extract<Proof, { kind: 'secret' | 'certificate' }>;

/** A client assertion is used at once. */
const assertionSeconds = 300;

export async function requestToken(
  credential: OAuthCredential,
  options: TokenRequestOptions,
): Promise<TokenAnswer> {
  try {
    const { proof } = credential;
    switch (proof.kind) {
      case 'managed-identity':
        return await askManagedIdentity(credential, proof, options);
      case 'sign-in':
        return await askWithSignIn(credential, proof.slot, options.clock, (refreshToken) =>
          askWithRefreshToken(credential, refreshToken, options),
        );
      case 'secret':
      case 'certificate':
        return await askTokenEndpoint(credential, proof, options);
      default:
        return proof satisfies never;
    }
  } catch (error) {
    return { kind: 'unreachable', text: reasonOf(error) };
  }
}

async function askTokenEndpoint(
  credential: OAuthCredential,
  proof: EntraProof,
  options: TokenRequestOptions,
): Promise<TokenAnswer> {
  const { clock } = options;
  const { server, client, options: http } = entraRequest(credential, options);
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    await clientAuthentication(proof, new URL(server.token_endpoint), clock),
    { scope: credential.scope },
    http,
  );
  return tokenAnswer(response, clock, () => oauth.processClientCredentialsResponse(server, client, response));
}

/** RFC 6749 6. The application is a public client: the refresh token is all that it has. */
async function askWithRefreshToken(
  credential: OAuthCredential,
  refreshToken: string,
  options: TokenRequestOptions,
): Promise<TokenAnswer> {
  const { server, client, options: http } = entraRequest(credential, options);
  const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, {
    ...http,
    additionalParameters: { scope: credential.scope },
  });
  return tokenAnswer(response, options.clock, () =>
    oauth.processRefreshTokenResponse(server, client, response),
  );
}

async function clientAuthentication(
  proof: EntraProof,
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
