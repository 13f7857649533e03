/** Which next hops a recipient has: the one difference between a smart host and delivery by MX. */
import type { EnvelopeRecipient, Envelope } from '../message/envelope.ts';
import type { Failure } from '../message/outcome.ts';
import type { DnsAnswer } from '../platform/dns.ts';
import type { NetAddress } from '../platform/net.ts';
import type { RouteScope } from './classify-reply.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  resolve(): Promise<DnsAnswer<NetAddress>>;
}

export type Targets =
  /** In order of preference; at least one. */
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly host: string };

export interface Route {
  /** What a fault of a next hop concerns. */
  readonly scope: RouteScope;
  /** Recipients with the same key may share a transaction. */
  keyFor(recipient: EnvelopeRecipient): string;
  /** Asked when a connection is opened, not for each message. */
  targets(key: string): Promise<Targets>;
  /** Why this way is closed to the message, whatever the next hop would say. */
  refusal(envelope: Envelope): Failure | undefined;
}
