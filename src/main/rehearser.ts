/** What the listeners of this node would answer, for the self-test: see listener/rehearsal.ts. */
import type { AdminContext } from '../admin/context.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { RehearsalOptions } from '../listener/rehearsal.ts';
import { rehearse } from '../listener/rehearsal.ts';

/** Under implicit TLS no client speaks in clear; what is spoken is the same. */
const someTls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: false };

export function rehearser(
  node: LoadedNodeConfig,
  parts: Omit<RehearsalOptions, 'config' | 'hostname'>,
): AdminContext['rehearse'] {
  return (name, address, lines) => {
    const config = node.listeners.find((listener) => listener.name === name);
    if (!config) throw new Error(`there is no listener ${name}`);
    const client = { address, ...(config.tls === 'implicit' && { tls: someTls }) };
    return rehearse({ ...parts, config, hostname: node.hostname }, client, lines);
  };
}
