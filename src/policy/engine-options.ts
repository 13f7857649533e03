/** How a listener speaks to one client: what it offers, and what it puts up with. A live session and the simulator ask here. */
import type { ListenerConfig } from '../config/node-schema.ts';
import type { Instant } from '../platform/clock.ts';
import type { Offer } from '../protocol/smtp/server/capabilities.ts';
import type { EngineOptions } from '../protocol/smtp/server/engine-options.ts';
import { leniencyFor } from './leniency.ts';
import type { Policy } from './policy.ts';

const authMechanisms = ['PLAIN', 'LOGIN'] as const;

export function engineOptionsFor(given: {
  readonly config: ListenerConfig;
  readonly hostname: string;
  readonly policy: Policy;
  readonly client: { readonly address: string; readonly tls: boolean };
  readonly at: Instant;
}): EngineOptions {
  const { config, hostname, policy, client, at } = given;
  const { limits } = config;
  const { tls } = client;
  const leniency = leniencyFor(policy, client.address, config.name, at);
  const auth = tls || config.authWithoutTls || leniency.authInClear;
  const offer: Offer = {
    tls,
    startTls: config.tls === 'starttls' && !tls,
    auth: auth ? authMechanisms : [],
    authNeedsTls: !auth && config.tls === 'starttls',
  };
  return {
    hostname,
    offer,
    limits: {
      lineBytes: limits.lineBytes,
      messageBytes: limits.messageBytes,
      recipients: limits.recipients,
      messages: limits.messagesPerConnection,
    },
    leniency: leniency.protocol,
  };
}
