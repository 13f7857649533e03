/**
 * Signing in a person: device code (RFC 8628) and refresh token, with the life of both ("Configurable token lifetimes":
 * a refresh token dies after 90 days of disuse). The person is whoever approves the code by the stand-in's API.
 */
import { type HttpAnswer, json } from '../http/server.ts';
import { listed } from '../switches.ts';
import type { ApplicationConfig, TenantConfig } from '../tenant/config.ts';
import { failure, type IdentityContext, type TokenForm } from './context.ts';
import { tokenAnswer } from './grants.ts';

interface DeviceFlow {
  readonly deviceCode: string;
  readonly application: ApplicationConfig;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  user: string | undefined;
  isRefused: boolean;
}

interface RefreshGrant {
  readonly clientId: string;
  readonly tenantId: string;
  readonly user: string;
  readonly scopes: readonly string[];
  readonly usedAt: number;
}

const deviceCodeSeconds = 900;
const refreshDisuseMs = 90 * 86_400_000;
const keptMax = 10_000;

export class PersonGrants {
  readonly #flows = new Map<string, DeviceFlow>();
  readonly #refresh = new Map<string, RefreshGrant>();
  #codes = 0;

  begin(context: IdentityContext, form: TokenForm): HttpAnswer {
    const application = this.#application(context, form);
    if (!('clientId' in application)) return application.answer;
    const scope = form.parameters.get('scope');
    if (scope === null) return failure(context, 900144, 'scope');
    this.#codes += 1;
    const userCode = `SBX${this.#codes.toString(36).toUpperCase().padStart(6, '0')}`;
    const deviceCode = context.nextId();
    const expiresAt = context.now() + deviceCodeSeconds * 1000;
    keep(this.#flows, userCode, {
      deviceCode,
      application,
      scopes: scope.split(' ').filter((word) => word !== ''),
      expiresAt,
      user: undefined,
      isRefused: false,
    });
    const verificationUri = 'https://microsoft.com/devicelogin';
    return json(200, {
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: verificationUri,
      expires_in: deviceCodeSeconds,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    });
  }

  /** What the person does in the browser; false: there is no such code. */
  approve(userCode: string, user: string): boolean {
    const flow = this.#flows.get(userCode);
    if (flow === undefined) return false;
    flow.user = user;
    return true;
  }

  /** The person says no; false: there is no such code. */
  refuse(userCode: string): boolean {
    const flow = this.#flows.get(userCode);
    if (flow === undefined) return false;
    flow.isRefused = true;
    return true;
  }

  deviceCode(context: IdentityContext, form: TokenForm): HttpAnswer {
    const code = form.parameters.get('device_code');
    const found = [...this.#flows].find(([, flow]) => flow.deviceCode === code);
    if (found === undefined) return failure(context, 70000);
    const [userCode, flow] = found;
    if (flow.expiresAt <= context.now()) return failure(context, 70019);
    if (flow.isRefused) return failure(context, 65004);
    if (flow.user === undefined) return failure(context, 70016);
    this.#flows.delete(userCode);
    return this.#tokens(context, form, {
      application: flow.application,
      user: flow.user,
      scopes: flow.scopes,
    });
  }

  refreshToken(context: IdentityContext, form: TokenForm): HttpAnswer {
    const application = this.#application(context, form);
    if (!('clientId' in application)) return application.answer;
    const grant = this.#refresh.get(form.parameters.get('refresh_token') ?? '');
    if (grant === undefined || grant.clientId !== application.clientId || grant.tenantId !== form.tenant.id)
      return failure(context, 70000);
    if (grant.usedAt + refreshDisuseMs <= context.now()) return failure(context, 700082);
    const scopes = form.parameters.get('scope')?.split(' ') ?? grant.scopes;
    return this.#tokens(context, form, {
      application,
      user: grant.user,
      scopes: scopes.includes('offline_access') ? scopes : [...scopes, 'offline_access'],
    });
  }

  #application(
    context: IdentityContext,
    { parameters, tenant }: TokenForm,
  ): ApplicationConfig | { readonly answer: HttpAnswer } {
    const clientId = parameters.get('client_id');
    if (clientId === null) return { answer: failure(context, 900144, 'client_id') };
    const application = context.directory.application(tenant, clientId);
    return application ?? { answer: failure(context, 700016, clientId) };
  }

  #tokens(
    context: IdentityContext,
    form: TokenForm,
    given: {
      readonly application: ApplicationConfig;
      readonly user: string;
      readonly scopes: readonly string[];
    },
  ): HttpAnswer {
    const { application, user, scopes } = given;
    const { tenant, parameters } = form;
    const { consentWithdrawnFor, tokenSeconds } = context.switches.current;
    if (listed(consentWithdrawnFor, application.clientId))
      return failure(context, 65001, application.clientId);
    const resource = scopes.find((scope) => scope.startsWith('https://')) ?? 'https://graph.microsoft.com/';
    const names = scopes
      .filter((scope) => !plainScopes.has(scope))
      .map((scope) => scope.split('/').at(-1) ?? '');
    const token = context.authority.issue({
      tenantId: tenant.id,
      clientId: application.clientId,
      objectId: objectIdOf(user),
      resource: resource.slice(0, resource.lastIndexOf('/')),
      lifeSeconds: tokenSeconds,
      now: context.now(),
      grant: { kind: 'delegated', scopes: names, user },
    });
    const offline = scopes.includes('offline_access');
    const refreshToken = offline ? context.nextId() : undefined;
    if (refreshToken !== undefined) {
      keep(this.#refresh, refreshToken, {
        clientId: application.clientId,
        tenantId: tenant.id,
        user,
        scopes,
        usedAt: context.now(),
      });
    }
    return tokenAnswer({
      token,
      lifeSeconds: tokenSeconds,
      more: {
        scope: scopes.filter((scope) => !plainScopes.has(scope)).join(' '),
        ...(refreshToken !== undefined && { refresh_token: refreshToken }),
        ...(scopes.includes('openid') && { id_token: idToken(context, tenant, { application, user }) }),
        ...(parameters.get('client_info') === '1' && {
          client_info: Buffer.from(JSON.stringify({ uid: objectIdOf(user), utid: tenant.id })).toString(
            'base64url',
          ),
        }),
      },
    });
  }
}

/** OpenID Connect's own, which are no permissions of a resource. */
const plainScopes = new Set(['openid', 'profile', 'email', 'offline_access']);

/** The same person has the same object id. */
function objectIdOf(user: string): string {
  const digits = Buffer.from(user.toLowerCase()).toString('hex').padEnd(12, '0').slice(0, 12);
  return `5a4db0c5-0365-4000-9000-${digits}`;
}

function idToken(
  context: IdentityContext,
  tenant: TenantConfig,
  { application, user }: { readonly application: ApplicationConfig; readonly user: string },
): string {
  const at = Math.floor(context.now() / 1000);
  return context.authority.sign({
    aud: application.clientId,
    iss: `https://login.microsoftonline.com/${tenant.id}/v2.0`,
    iat: at,
    nbf: at,
    exp: at + context.switches.current.tokenSeconds,
    oid: objectIdOf(user),
    sub: objectIdOf(user),
    tid: tenant.id,
    preferred_username: user,
    name: user,
    ver: '2.0',
  });
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size <= keptMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
