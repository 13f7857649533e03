/**
 * Errors of the Entra token endpoint in their JSON form. Numbers and texts: "Microsoft Entra authentication and
 * authorization error codes" (AADSTS); OAuth codes: RFC 6749 5.2, RFC 8628 3.5.
 */
import { type HttpAnswer, json } from '../http/server.ts';

interface Kind {
  readonly error: string;
  readonly status: 400 | 401 | 503;
  readonly text: (about: string) => string;
}

const kinds = new Map<number, Kind>([
  [
    7000215,
    {
      error: 'invalid_client',
      status: 401,
      text: (app) =>
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app}'.`,
    },
  ],
  [
    7000222,
    {
      error: 'invalid_client',
      status: 401,
      text: (app) =>
        `The provided client secret keys for app '${app}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    },
  ],
  [
    7000218,
    {
      error: 'invalid_client',
      status: 401,
      text: () =>
        `The request body must contain the following parameter: 'client_assertion' or 'client_secret'.`,
    },
  ],
  [
    700016,
    {
      error: 'unauthorized_client',
      status: 400,
      text: (app) =>
        `Application with identifier '${app}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    },
  ],
  [
    700027,
    {
      error: 'invalid_client',
      status: 401,
      text: (why) => `Client assertion failed signature validation. ${why}`,
    },
  ],
  [
    700024,
    {
      error: 'invalid_client',
      status: 401,
      text: (why) => `Client assertion is not within its valid time range. ${why}`,
    },
  ],
  [
    700021,
    {
      error: 'invalid_client',
      status: 401,
      text: () => `Client assertion application identifier doesn't match 'client_id' parameter.`,
    },
  ],
  [
    700023,
    {
      error: 'invalid_client',
      status: 401,
      text: () =>
        'Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
    },
  ],
  [
    50027,
    { error: 'invalid_request', status: 400, text: (why) => `JWT token is invalid or malformed. ${why}` },
  ],
  [
    90002,
    {
      error: 'invalid_request',
      status: 400,
      text: (tenant) =>
        `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    },
  ],
  [
    900144,
    {
      error: 'invalid_request',
      status: 400,
      text: (name) => `The request body must contain the following parameter: '${name}'.`,
    },
  ],
  [
    70003,
    {
      error: 'unsupported_grant_type',
      status: 400,
      text: (grant) => `The app requested an unsupported grant type '${grant}'.`,
    },
  ],
  [
    1002012,
    {
      error: 'invalid_scope',
      status: 400,
      text: (scope) =>
        `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    },
  ],
  [
    500011,
    {
      error: 'invalid_resource',
      status: 400,
      text: (resource) =>
        `The resource principal named ${resource} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    },
  ],
  [
    65001,
    {
      error: 'invalid_grant',
      status: 400,
      text: (app) =>
        `The user or administrator has not consented to use the application with ID '${app}'. Send an interactive authorization request for this user and resource.`,
    },
  ],
  [
    70016,
    {
      error: 'authorization_pending',
      status: 400,
      text: () => 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    },
  ],
  [
    70018,
    {
      error: 'bad_verification_code',
      status: 400,
      text: () => 'Invalid verification code due to user typing in wrong user code for device code flow.',
    },
  ],
  // `authorization_declined` is the name in "OAuth 2.0 device authorization grant flow"; its number is not published there.
  [
    65004,
    {
      error: 'authorization_declined',
      status: 400,
      text: () => 'User declined to consent to access the app.',
    },
  ],
  [
    70019,
    {
      error: 'expired_token',
      status: 400,
      text: () => 'Verification code expired. Have the user retry the sign-in.',
    },
  ],
  [
    70000,
    {
      error: 'invalid_grant',
      status: 400,
      text: () => 'Provided grant is invalid or malformed.',
    },
  ],
  [
    700082,
    {
      error: 'invalid_grant',
      status: 400,
      text: () => 'The refresh token has expired due to inactivity.',
    },
  ],
  [
    50173,
    {
      error: 'invalid_grant',
      status: 400,
      text: () => 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
    },
  ],
  [
    7000112,
    {
      error: 'unauthorized_client',
      status: 401,
      text: (app) => `Application '${app}' is disabled.`,
    },
  ],
  [
    50076,
    {
      error: 'invalid_grant',
      status: 400,
      text: (app) =>
        `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${app}'.`,
    },
  ],
  [
    53003,
    {
      error: 'invalid_grant',
      status: 400,
      text: () =>
        'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    },
  ],
  [
    50196,
    {
      error: 'invalid_grant',
      status: 400,
      text: () =>
        'The server terminated an operation because it encountered a loop while processing a request.',
    },
  ],
  [
    90033,
    {
      error: 'temporarily_unavailable',
      status: 503,
      text: () => 'A transient error has occurred. Please try again.',
    },
  ],
]);

/** Whether this number has an answer here. */
export function isKnownError(code: number): boolean {
  return kinds.has(code);
}

/** The answer to give; `about` is what the text names: application, tenant, parameter or reason. */
export function entraError(
  code: number,
  about: string,
  context: { readonly now: number; readonly nextId: () => string },
): HttpAnswer {
  const kind = kinds.get(code);
  if (kind === undefined) throw new Error(`no text for AADSTS${code}`);
  const [traceId, correlationId] = [context.nextId(), context.nextId()];
  const timestamp = new Date(context.now)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, 'Z');
  return json(
    kind.status,
    {
      error: kind.error,
      error_description: `AADSTS${code}: ${kind.text(about.slice(0, 200))} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
    { 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache', 'x-ms-request-id': traceId },
  );
}
