/** What all requests to Microsoft Entra's endpoints share: where they are, how they are sent, how answers are read. */
import * as oauth from 'oauth4webapi';
import type { Dispatcher } from 'undici';
import { request } from 'undici';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { OAuthCredential } from './credential.ts';
import { assertSafeUrl } from './credential.ts';
import type { TokenAnswer } from './token-request.ts';
import { makeToken } from './access-token.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface EntraRequest {
  readonly server: oauth.AuthorizationServer & { readonly token_endpoint: string };
  readonly client: oauth.Client;
  readonly options: oauth.TokenEndpointRequestOptions;
}

export type EntraPlace = Pick<OAuthCredential, 'authority' | 'tenantId' | 'clientId'>;

/** `AUTHORITY/TENANT/oauth2/v2.0/token`. Throws `TypeError` on an authority that secrets may not be sent to. */
export function tokenEndpoint(place: EntraPlace): URL {
  return endpointOf(place, 'token');
}

export function entraRequest(
  place: EntraPlace,
  { dispatcher, signal }: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): EntraRequest {
  const endpoint = tokenEndpoint(place);
  return {
    server: {
      issuer: `${endpoint.origin}/${place.tenantId}/v2.0`,
      token_endpoint: endpoint.href,
      device_authorization_endpoint: endpointOf(place, 'devicecode').href,
    },
    client: { client_id: place.clientId ?? '' },
    options: {
      signal,
      // `assertSafeUrl` lets http through to loopback alone.
      [oauth.allowInsecureRequests]: endpoint.protocol === 'http:',
      [oauth.customFetch]: (url, init) => ask(url, init, dispatcher),
    },
  };
}

/** Not `fetch`, which calls every refusal of a proxy "cancelled" and hides its reason. */
async function ask(
  url: string,
  init: oauth.CustomFetchOptions<string, unknown>,
  dispatcher: Dispatcher,
): Promise<Response> {
  const { signal } = init;
  const answer = request(url, {
    method: init.method,
    headers: init.headers,
    body: init.body instanceof URLSearchParams ? init.body.toString() : null,
    dispatcher,
    ...(signal && { signal }),
  });
  const { statusCode, headers, body } = await (signal ? unlessAborted(answer, signal) : answer);
  const text = await body.text();
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]],
  );
  // Fetch, 2.2.3: these have no body, and a Response with one cannot be made.
  return new Response(statusCode === 204 || statusCode === 304 ? null : text, {
    status: statusCode,
    headers: fields,
  });
}

/** Judges the answer to a token request; `read` is the library's function for the grant. */
export async function tokenAnswer(
  response: Response,
  clock: Clock,
  read: () => Promise<oauth.TokenEndpointResponse>,
): Promise<TokenAnswer> {
  const receivedAt = clock.now();
  const clockAheadMs = aheadOf(response.headers.get('date'), receivedAt);
  try {
    const { access_token: value, expires_in: seconds, refresh_token: refreshToken } = await read();
    return {
      kind: 'token',
      token: makeToken(value, seconds ?? 0, receivedAt, clockAheadMs),
      ...(refreshToken !== undefined && { refreshToken }),
    };
  } catch (error) {
    if (!(error instanceof oauth.ResponseBodyError)) {
      return { kind: 'unexpected', status: response.status, text: await wordsOf(response, error) };
    }
    return {
      kind: 'refused',
      status: error.status,
      error: error.error,
      description: error.error_description ?? '',
      ...(clockAheadMs !== undefined && { clockAheadMs }),
    };
  }
}

function endpointOf({ authority, tenantId = '' }: EntraPlace, name: string): URL {
  const base = assertSafeUrl(authority, 'authority').href.replace(/\/+$/, '');
  return new URL(`${base}/${encodeURIComponent(tenantId)}/oauth2/v2.0/${name}`);
}

/** RFC 9110 6.6.1: what the other side's clock said, against ours. */
function aheadOf(date: string | null, now: Instant): number | undefined {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? undefined : theirs - now;
}

/** Never holds what was sent: these messages come from the HTTP client and the OAuth library. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const inner = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return `${error.message}${inner}${code === undefined || inner.includes(code) ? '' : ` (${code})`}`;
}

/** An outage is told in the words of Entra too, with a status that RFC 6749 knows nothing of. */
async function wordsOf(response: Response, error: unknown): Promise<string> {
  if (response.bodyUsed) return reasonOf(error);
  const body = await response.text();
  return body === '' ? reasonOf(error) : body;
}
