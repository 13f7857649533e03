/** The engine of one session. */
import { engineOptionsFor } from '../policy/engine-options.ts';
import type { Policy } from '../policy/policy.ts';
import { ServerEngine } from '../protocol/smtp/server/engine.ts';
import type { ListenerOptions } from './options.ts';
import type { Client } from './session-core.ts';

export function engineFor({
  options,
  policy,
  client,
}: {
  readonly options: ListenerOptions;
  readonly policy: Policy;
  readonly client: Client;
}): ServerEngine {
  const { config, hostname, clock } = options;
  const seen = { address: client.address, tls: client.tls !== undefined };
  return new ServerEngine(engineOptionsFor({ config, hostname, policy, client: seen, at: clock.now() }));
}
