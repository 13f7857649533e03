/** The MX endpoint of all tenants: who may relay through it, and to whom. */
import type { Endpoint } from '../smtp/endpoint.ts';

export function mxEndpoint(): Endpoint {
  return {
    route: 'mx',
    mechanisms: [],
    commands: new Map(),
    judgeSender: () => undefined,
    judgeRecipient: () => undefined,
    judgeContent: () => undefined,
  };
}
