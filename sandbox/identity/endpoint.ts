/**
 * Microsoft Entra's endpoints for a daemon: token, device code, discovery, keys. Untrusted: the whole request.
 * Paths: "OpenID Connect on the Microsoft identity platform".
 */
import { type HttpAnswer, type HttpRequest, json } from '../http/server.ts';
import type { TenantConfig } from '../tenant/config.ts';
import { failure, type IdentityContext, type TokenForm } from './context.ts';
import { isKnownError } from './errors.ts';
import { clientCredentials } from './grants.ts';
import { handleManaged } from './managed.ts';

type Grant = (context: IdentityContext, form: TokenForm) => HttpAnswer;

const grants = new Map<string, Grant>([
  ['client_credentials', clientCredentials],
  ['refresh_token', (context, form) => context.people.refreshToken(context, form)],
  // MSAL's short name, from before RFC 8628; Entra takes both.
  ['device_code', (context, form) => context.people.deviceCode(context, form)],
  [
    'urn:ietf:params:oauth:grant-type:device_code',
    (context, form) => context.people.deviceCode(context, form),
  ],
]);

export async function handleIdentity(context: IdentityContext, request: HttpRequest): Promise<HttpAnswer> {
  const managed = handleManaged(context, request);
  if (managed !== undefined) return managed;
  const [, tenantName = '', ...rest] = request.path.split('/').map(decode);
  const path = rest.join('/');
  const tenant = context.directory.tenant(tenantName);
  if (tenant === undefined) return failure(context, 90002, tenantName);
  const base = baseUrl(request);
  if (path === 'v2.0/.well-known/openid-configuration') return json(200, discovery(base, tenant));
  if (path === 'discovery/v2.0/keys') return json(200, context.authority.jwks());
  if (path === 'oauth2/v2.0/token' && request.method === 'POST') return token(context, request, tenant);
  if (path === 'oauth2/v2.0/devicecode' && request.method === 'POST') {
    const parameters = new URLSearchParams(request.body.toString('utf8'));
    return context.people.begin(context, { tenant, parameters, endpointUrls: [] });
  }
  return json(404, { error: 'not_found', error_description: 'No such endpoint.' });
}

function token(context: IdentityContext, request: HttpRequest, tenant: TenantConfig): HttpAnswer {
  const fault = context.switches.current.tokenEndpointFault;
  if (fault === 'drop') return { kind: 'cut' };
  if (fault === '503') return { kind: 'answer', status: 503, headers: { 'Retry-After': '5' } };
  const parameters = new URLSearchParams(request.body.toString('utf8'));
  const clientId = parameters.get('client_id') ?? '';
  if (fault !== '') {
    const number = Number(fault.replace(/^AADSTS/i, ''));
    return failure(context, isKnownError(number) ? number : 90033, clientId);
  }
  const own = faultFor(context, clientId);
  if (own !== undefined) return failure(context, own, clientId);
  const grantType = parameters.get('grant_type');
  if (grantType === null) return failure(context, 900144, 'grant_type');
  const grant = grants.get(grantType);
  if (grant === undefined) return failure(context, 70003, grantType);
  return grant(context, { tenant, parameters, endpointUrls: audiences(request, tenant) });
}

/** The number that a switch gives to this application. */
function faultFor({ switches }: IdentityContext, clientId: string): number | undefined {
  const given = switches.current.tokenFaults.find((one) => one.split(' ')[0] === clientId);
  const code = Number(given?.split(' ')[1]);
  return isKnownError(code) ? code : undefined;
}

/** An assertion's audience may be the token endpoint or the issuer, under any name of the tenant. */
function audiences(request: HttpRequest, tenant: TenantConfig): string[] {
  const bases = [baseUrl(request), 'https://login.microsoftonline.com'];
  const names = [tenant.id, ...tenant.domains.map(({ name }) => name)];
  return bases.flatMap((base) =>
    names.flatMap((name) => [`${base}/${name}/oauth2/v2.0/token`, `${base}/${name}/v2.0`]),
  );
}

function discovery(base: string, tenant: TenantConfig): Record<string, unknown> {
  const at = `${base}/${tenant.id}`;
  return {
    token_endpoint: `${at}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${at}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${at}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${at}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${at}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
  };
}

function baseUrl(request: HttpRequest): string {
  return `${request.secured ? 'https' : 'http'}://${request.headers['host'] ?? 'localhost'}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
