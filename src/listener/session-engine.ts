/** The engine of one session: what the listener offers to this client, and what it puts up with from it. */
import type { Policy } from '../policy/policy.ts';
import type { Offer } from '../protocol/smtp/server/capabilities.ts';
import { ServerEngine } from '../protocol/smtp/server/engine.ts';
import { leniencyFor } from './leniency.ts';
import type { ListenerOptions } from './options.ts';
import type { Client } from './session-core.ts';

const authMechanisms = ['PLAIN', 'LOGIN'] as const;

export function engineFor({
  options,
  policy,
  client,
}: {
  readonly options: ListenerOptions;
  readonly policy: Policy;
  readonly client: Client;
}): ServerEngine {
  const { config, hostname } = options;
  const { limits } = config;
  const leniency = leniencyFor(policy, client.address, config.name, options.clock.now());
  const tls = client.tls !== undefined;
  const auth = tls || config.authWithoutTls || leniency.authInClear;
  const offer: Offer = {
    tls,
    startTls: config.tls === 'starttls' && !tls,
    auth: auth ? authMechanisms : [],
    authNeedsTls: !auth && config.tls === 'starttls',
  };
  return new ServerEngine({
    hostname,
    offer,
    limits: {
      lineBytes: limits.lineBytes,
      messageBytes: limits.messageBytes,
      recipients: limits.recipients,
      messages: limits.messagesPerConnection,
    },
    leniency: leniency.protocol,
  });
}
