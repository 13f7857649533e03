/**
 * Managed identity as it is asked for on a virtual machine (Instance Metadata Service) and in App Service or Container
 * Apps ("How managed identities for Azure resources work"). It gives tokens of the first tenant's first application.
 */
import { type HttpAnswer, type HttpRequest, json } from '../http/server.ts';
import { listed } from '../switches.ts';
import type { IdentityContext } from './context.ts';
import { issueApplicationToken } from './grants.ts';

export const managedPaths = { imds: '/metadata/identity/oauth2/token', appService: '/msi/token' } as const;

/** A test value: App Service makes one at random for each start. */
export const identityHeader = 'test-value-identity-header';

/** `undefined`: the path is none of these. */
export function handleManaged(context: IdentityContext, request: HttpRequest): HttpAnswer | undefined {
  // MSAL asks with a slash at the end where the host is not the usual one.
  const path = request.path.replace(/\/$/, '');
  const isImds = path === managedPaths.imds;
  if (!isImds && path !== managedPaths.appService) return undefined;
  const refuse = (status: number, text: string): HttpAnswer =>
    json(status, { error: 'invalid_request', error_description: text });
  if (request.method !== 'GET') return refuse(405, 'Method not allowed');
  if (isImds && request.headers['metadata']?.toLowerCase() !== 'true')
    return refuse(400, 'Required metadata header not specified');
  if (!isImds && request.headers['x-identity-header'] !== identityHeader)
    return json(401, { statusCode: 401, message: 'Unauthorized access' });
  if (request.query.get('api-version') !== (isImds ? '2018-02-01' : '2019-08-01'))
    return refuse(400, "The 'api-version' parameter is missing or not supported");
  const resource = request.query.get('resource');
  if (resource === null || resource === '')
    return refuse(400, "Required query variable 'resource' is missing");
  const [clientId, objectId] = [request.query.get('client_id'), request.query.get('object_id')];
  return answer(context, { resource, clientId, objectId, isImds });
}

function answer(
  context: IdentityContext,
  given: {
    readonly resource: string;
    /** Of an identity assigned by a user; neither: the one of the machine itself. */
    readonly clientId: string | null;
    readonly objectId: string | null;
    readonly isImds: boolean;
  },
): HttpAnswer {
  const [tenant] = context.directory.tenants;
  const application = tenant?.applications?.find(
    ({ clientId, objectId }) =>
      (given.clientId === null || listed([clientId], given.clientId)) &&
      (given.objectId === null || listed([objectId], given.objectId)),
  );
  if (tenant === undefined || application === undefined)
    return json(400, { error: 'invalid_request', error_description: 'Identity not found' });
  const resource = given.resource.replace(/\/$/, '');
  const { token, lifeSeconds } = issueApplicationToken(context, {
    tenantId: tenant.id,
    application,
    resource,
  });
  const at = Math.floor(context.now() / 1000);
  const shared = {
    access_token: token,
    client_id: application.clientId,
    expires_on: String(at + lifeSeconds),
    resource: given.resource,
    token_type: 'Bearer',
  };
  if (!given.isImds) return json(200, shared);
  return json(200, {
    ...shared,
    expires_in: String(lifeSeconds),
    ext_expires_in: String(lifeSeconds),
    not_before: String(at),
  });
}
