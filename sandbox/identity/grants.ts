/** The grants of the token endpoint ("Microsoft identity platform and the OAuth 2.0 client credentials flow"). */
import { type HttpAnswer, json } from '../http/server.ts';
import { listed } from '../switches.ts';
import type { ApplicationConfig } from '../tenant/config.ts';
import { checkAssertion } from './client-assertion.ts';
import { checkSecret } from './client-secret.ts';
import { failure, type Identified, type IdentityContext, type TokenForm } from './context.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Says which application asks, after checking what it proves itself with. */
export function identifyClient(context: IdentityContext, form: TokenForm): Identified {
  const { parameters, tenant } = form;
  const clientId = parameters.get('client_id');
  if (clientId === null) return { ok: false, answer: failure(context, 900144, 'client_id') };
  const application = context.directory.application(tenant, clientId);
  if (application === undefined) return { ok: false, answer: failure(context, 700016, clientId) };
  const secret = parameters.get('client_secret');
  if (secret !== null) return checkSecret(context, application, secret);
  const assertion = parameters.get('client_assertion');
  if (assertion !== null && parameters.get('client_assertion_type') === assertionType) {
    return checkAssertion(context, { application, assertion, endpointUrls: form.endpointUrls });
  }
  return { ok: false, answer: failure(context, 7000218) };
}

export function clientCredentials(context: IdentityContext, form: TokenForm): HttpAnswer {
  const identified = identifyClient(context, form);
  if (!identified.ok) return identified.answer;
  const scope = form.parameters.get('scope');
  if (scope === null) return failure(context, 900144, 'scope');
  if (!scope.endsWith('/.default')) return failure(context, 1002012, scope);
  const resource = scope.slice(0, -'/.default'.length);
  if (!isResource(identified.application, resource)) return failure(context, 500011, resource);
  const { application } = identified;
  return tokenAnswer(issueApplicationToken(context, { tenantId: form.tenant.id, application, resource }));
}

interface ApplicationGrant {
  readonly tenantId: string;
  readonly application: ApplicationConfig;
  readonly resource: string;
}

/** Withdrawn consent leaves the token without roles; Exchange Online is what refuses it then. */
export function issueApplicationToken(
  context: IdentityContext,
  { application, resource, tenantId }: ApplicationGrant,
): { readonly token: string; readonly lifeSeconds: number } {
  const { consentWithdrawnFor, tokenSeconds } = context.switches.current;
  const withdrawn = listed(consentWithdrawnFor, application.clientId);
  const token = context.authority.issue({
    tenantId,
    clientId: application.clientId,
    objectId: application.objectId,
    resource,
    lifeSeconds: tokenSeconds,
    now: context.now(),
    grant: { kind: 'application', roles: withdrawn ? [] : rolesOf(application, resource) },
  });
  return { token, lifeSeconds: tokenSeconds };
}

export function tokenAnswer(given: {
  readonly token: string;
  readonly lifeSeconds: number;
  readonly more?: Readonly<Record<string, unknown>>;
}): HttpAnswer {
  return json(
    200,
    {
      token_type: 'Bearer',
      expires_in: given.lifeSeconds,
      ext_expires_in: given.lifeSeconds,
      ...given.more,
      access_token: given.token,
    },
    { 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache' },
  );
}

/** Both names of Exchange Online's resource are in use; Graph's is one. */
const wellKnown = new Set([
  'https://outlook.office365.com',
  'https://outlook.office.com',
  'https://graph.microsoft.com',
  'https://communication.azure.com',
]);

function isResource(application: ApplicationConfig, resource: string): boolean {
  return wellKnown.has(resource) || Object.hasOwn(application.roles ?? {}, resource);
}

function rolesOf(application: ApplicationConfig, resource: string): readonly string[] {
  const roles = application.roles ?? {};
  const name = resource === 'https://outlook.office.com' ? 'https://outlook.office365.com' : resource;
  return Object.hasOwn(roles, name) ? (roles[name] ?? []) : [];
}
