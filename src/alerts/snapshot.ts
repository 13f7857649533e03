/** What the rules look at: plain values of one moment. What is not known is absent, and says nothing. */
import type { Instant } from '../platform/clock.ts';
import type { Check } from './health/check.ts';

export interface Snapshot {
  /** Messages that wait and are not held. */
  readonly queue?: { readonly waiting: number; readonly oldestAt?: Instant };
  /** Messages that ended within the last hour. */
  readonly ended: { readonly relayed: number; readonly failed: number };
  readonly connectors: readonly ConnectorFacts[];
  readonly sources: readonly SourceFacts[];
  /** Refused attempts of unknown clients and failed logins. */
  readonly attempts: { readonly lastHour: number; readonly usualBusiest?: number };
  /** Addresses that the review of the log blocks by itself now. */
  readonly ownBlocks: readonly { readonly range: string; readonly until: Instant; readonly text: string }[];
  readonly disk: { readonly bytesFree?: number; readonly minimumFree: number; readonly fullAt?: Instant };
  readonly expiries: readonly { readonly what: string; readonly at: Instant; readonly connector?: string }[];
  readonly permissions: readonly { readonly source: string; readonly what: string; readonly at: Instant }[];
  readonly quotas: readonly QuotaFacts[];
  readonly store: { readonly health: string };
  readonly policyRefused?: { readonly at: Instant; readonly text: string };
  readonly checks: readonly Check[];
}

export interface ConnectorFacts {
  readonly name: string;
  /** `isDeliberate`: by an operator or the policy. */
  readonly suspended?: { readonly reason: string; readonly since?: Instant; readonly isDeliberate: boolean };
  readonly troubles: readonly { readonly code: string; readonly text: string }[];
  /** It has sent something since the start. */
  readonly hasWorked: boolean;
}

/** A source of the policy in force that was seen sending. */
export interface SourceFacts {
  readonly name: string;
  /** Numbers of the days since 1970 with mail, ascending; the last thirty. */
  readonly days: readonly number[];
  readonly lastMailAt: Instant;
}

export interface QuotaFacts {
  readonly quota: string;
  readonly connector: string;
  readonly used: number;
  readonly limit: number;
  readonly freeAt?: Instant;
  /** What the other side said. */
  readonly said?: string;
}

export const nothingKnown: Snapshot = {
  ended: { relayed: 0, failed: 0 },
  connectors: [],
  sources: [],
  attempts: { lastHour: 0 },
  ownBlocks: [],
  disk: { minimumFree: 0 },
  expiries: [],
  permissions: [],
  quotas: [],
  store: { health: 'ok' },
  checks: [],
};
