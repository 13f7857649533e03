/** Events of the ways out: suspensions, pace, troubles of set-up, quotas. */
import type { Instant } from '../platform/clock.ts';

export type ConnectorEvent =
  | {
      readonly kind: 'connector-suspended';
      readonly connector: string;
      /** Domain that alone is suspended, where the connector reaches many (`mx`); absent: the whole connector. */
      readonly destination?: string;
      readonly reason: string;
      readonly until?: Instant;
    }
  | { readonly kind: 'connector-resumed'; readonly connector: string; readonly destination?: string }
  /** What this sender may not do by this connector: its mail waits, that of others goes on. */
  | {
      readonly kind: 'sender-suspended';
      readonly connector: string;
      readonly sender: string;
      readonly reason: string;
      readonly until: Instant;
    }
  | { readonly kind: 'sender-resumed'; readonly connector: string; readonly sender: string }
  /** The next hop wants fewer connections, or has taken so many again. */
  | {
      readonly kind: 'connector-paced';
      readonly connector: string;
      /** At a time, from now on. */
      readonly connections: number;
      /** `limits.connections`. */
      readonly limit: number;
      /** Absent: it rises again. */
      readonly reason?: string;
    }
  /** A fault of set-up, at its first failure: TLS, certificate, login, permission to relay. Told once until it changes. */
  | {
      readonly kind: 'connector-trouble';
      readonly connector: string;
      /** Domain that alone is concerned, where the connector reaches many (`mx`). */
      readonly destination?: string;
      /** Whose mail alone meets it; absent: everybody's. */
      readonly sender?: string;
      readonly host: string;
      readonly code: string;
      readonly stage: string;
      readonly text: string;
    }
  /** Something was taken that way again. */
  | {
      readonly kind: 'connector-trouble-over';
      readonly connector: string;
      readonly destination?: string;
      readonly sender?: string;
      readonly code: string;
    }
  /** What mailbox or tenant may send within hours is used to four fifths, or altogether. Told once each. */
  | {
      readonly kind: 'quota-low';
      readonly connector: string;
      /** `recipients in 24 hours of mailbox relay@contoso.com`. */
      readonly quota: string;
      readonly state: 'low' | 'exhausted';
      readonly used: number;
      readonly limit: number;
      readonly runsOutAt?: Instant;
      readonly freeAt?: Instant;
    };
