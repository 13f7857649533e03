/** The token source of one connector: its credential, its own HTTP connections, what its route needs. */
import type { Agent } from 'undici';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { OAuthCredentialConfig } from '../../config/route-schema.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { createHttpAgent } from './http-agent.ts';
import { resolveCredential } from './resolve-credential.ts';
import type { TokenPlace } from './token-places.ts';
import { resourceOf } from './token-places.ts';
import type { TokenNeed } from './token-need.ts';
import { TokenSource } from './token-source.ts';

/** Time for one token, connection included. */
const tokenTimeoutMs = 30_000;

export interface RouteTokens {
  readonly source: TokenSource;
  close(): Promise<void>;
}

/** Throws `TypeError` on a credential that cannot work; does no I/O. */
export function createRouteTokens(
  credential: OAuthCredentialConfig,
  place: TokenPlace,
  config: ConnectorConfig,
  { clock, secrets }: ConnectorEnvironment,
): RouteTokens {
  const resolved = resolveCredential(credential, secrets.credential ?? {}, place);
  const agent: Agent = createHttpAgent(config, {
    connections: 1,
    ...(secrets.ca !== undefined && { ca: secrets.ca }),
  });
  const need: TokenNeed = {
    // A scope of one's own names the resource as its audience.
    audiences:
      credential.scope === undefined ? place.audiences : [resourceOf(credential.scope), ...place.audiences],
    role: place.role,
    isGrantedInExchange: credential.grantedInExchange,
    ...(credential.tenantId !== undefined && { tenantId: credential.tenantId }),
  };
  const timeoutMs = Math.min(tokenTimeoutMs, config.timeouts.command);
  const source = new TokenSource({ clock, dispatcher: agent, credential: () => resolved, need, timeoutMs });
  return {
    source,
    async close() {
      source.close();
      await agent.destroy();
    },
  };
}
