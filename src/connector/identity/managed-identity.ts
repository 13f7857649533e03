/**
 * The identity that the platform gives the machine: App Service and its kin (`IDENTITY_ENDPOINT`), else the Azure
 * Instance Metadata Service. "How to use managed identities to acquire an access token" and "Azure Instance Metadata
 * Service", Microsoft Learn. Plain HTTP to a link-local address by design; the header keeps browsers and proxies out.
 */
import { request } from 'undici';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { OAuthCredential, Proof } from './credential.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { TokenAnswer, TokenRequestOptions } from './token-request.ts';
import { makeToken } from './access-token.ts';

const metadataService = 'http://169.254.169.254';

export interface IdentityQuestion {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the token is asked for on this machine. */
export function identityQuestion(
  { scope, clientId }: OAuthCredential,
  { endpoint }: Extract<Proof, { kind: 'managed-identity' }>,
  environment: NodeJS.ProcessEnv,
): IdentityQuestion {
  const { IDENTITY_ENDPOINT: appService, IDENTITY_HEADER: header } = environment;
  const isAppService = endpoint === undefined && appService !== undefined && header !== undefined;
  const url = isAppService
    ? new URL(appService)
    : new URL('/metadata/identity/oauth2/token', endpoint ?? metadataService);
  url.searchParams.set('api-version', isAppService ? '2019-08-01' : '2018-02-01');
  // This endpoint knows resources, not scopes.
  url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
  if (clientId !== undefined) url.searchParams.set('client_id', clientId);
  return { url, headers: isAppService ? { 'X-IDENTITY-HEADER': header } : { Metadata: 'true' } };
}

export async function askManagedIdentity(
  credential: OAuthCredential,
  proof: Extract<Proof, { kind: 'managed-identity' }>,
  { clock, dispatcher, signal, environment }: TokenRequestOptions,
): Promise<TokenAnswer> {
  const { url, headers } = identityQuestion(credential, proof, environment);
  const { statusCode, body } = await unlessAborted(request(url, { dispatcher, signal, headers }), signal);
  const text = await body.text();
  const answer = fieldsOf(text);
  const value = answer.get('access_token');
  if (statusCode === 200 && typeof value === 'string') {
    const now = clock.now();
    return { kind: 'token', token: makeToken(value, lifeSeconds(answer, now), now) };
  }
  const error = answer.get('error');
  const description = answer.get('error_description');
  if (typeof error === 'string') {
    return {
      kind: 'refused',
      status: statusCode,
      error,
      description: typeof description === 'string' ? description : '',
    };
  }
  return { kind: 'unexpected', status: statusCode, text: safeText(text, 200) };
}

/** Both services write numbers as text; App Service gives the end (`expires_on`) alone. */
function lifeSeconds(answer: ReadonlyMap<string, unknown>, now: number): number {
  const life = Number(answer.get('expires_in'));
  if (Number.isFinite(life) && life > 0) return life;
  const end = Number(answer.get('expires_on'));
  return Number.isFinite(end) ? end - now / 1000 : 0;
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
