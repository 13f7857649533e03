/** The token source of one connector: its credential, its own HTTP connections, what its route needs. */
import type { Dispatcher } from 'undici';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { OAuthCredentialConfig } from '../../config/route-schema.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { OAuthCredential } from './credential.ts';
import { createHttpAgent, proxyNote } from './http-agent.ts';
import { resolveCredential } from './resolve-credential.ts';
import type { TokenPlace } from './token-places.ts';
import { resourceOf } from './token-places.ts';
import type { TokenNeed } from './token-need.ts';
import { TokenSource } from './token-source.ts';

/** Time for one token, connection included. */
const tokenTimeoutMs = 30_000;

export interface RouteTokens {
  readonly source: TokenSource;
  readonly need: TokenNeed;
  readonly credential: OAuthCredential;
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** Throws `TypeError` on a credential that cannot work; does no I/O. */
export function createRouteTokens(
  credential: OAuthCredentialConfig,
  place: TokenPlace,
  config: ConnectorConfig,
  { clock, secrets, signIns, onTokenRequest }: ConnectorEnvironment,
  morePermissions: readonly string[] = [],
): RouteTokens {
  const slot = signIns?.slotFor(config.name);
  const resolved = resolveCredential(credential, secrets.credential ?? {}, {
    place,
    morePermissions,
    ...(slot && { slot }),
  });
  // The metadata service is on this machine: a proxy would be another one's identity.
  const isLocal = resolved.proof.kind === 'managed-identity';
  const agent = createHttpAgent(config, { connections: 1, secrets, viaProxy: !isLocal });
  const need: TokenNeed = {
    // A scope of one's own names the resource as its audience.
    audiences:
      credential.scope === undefined ? place.audiences : [resourceOf(credential.scope), ...place.audiences],
    ...(credential.signIn === undefined
      ? { subject: 'application' as const, permission: place.role }
      : { subject: 'person' as const, permission: place.delegated.permission }),
    isGrantedInExchange: credential.grantedInExchange,
    ...(credential.tenantId !== undefined && { tenantId: credential.tenantId }),
  };
  const timeoutMs = Math.min(tokenTimeoutMs, config.timeouts.command);
  const source = new TokenSource({
    clock,
    dispatcher: agent.dispatcher,
    credential: () => resolved,
    need,
    timeoutMs,
    ...(onTokenRequest && { onRequest: (result) => onTokenRequest(config.name, result) }),
    way: isLocal ? '' : proxyNote(config),
  });
  return {
    source,
    need,
    credential: resolved,
    dispatcher: agent.dispatcher,
    async close() {
      source.close();
      await agent.close();
    },
  };
}
