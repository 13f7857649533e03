/** What delivery is doing, for the admin API. */
import type { Instant } from '../platform/clock.ts';
import type { ConnectorRuntime } from './connector-runtime.ts';
import { domainOfDestination } from './plan.ts';
import type { ConnectionPace } from './connection-pace.ts';
import type { QuotaStatus } from './ledger/connector-quotas.ts';
import type { SenderStop } from './sender-stops.ts';
import type { Suspension } from './suspension.ts';

export interface DeliveryStatus {
  /** Messages in memory: waiting for a place, under way, or being settled. */
  readonly inHand: number;
  readonly connectors: readonly ConnectorStatus[];
}

export interface ConnectorStatus {
  readonly name: string;
  /** Attempts under way. */
  readonly active: number;
  /** Attempts in hand that wait for a place, a rate or a probe; what waits in the store is not counted here. */
  readonly waiting: number;
  /** `until` absent: until the policy or an operator ends it. */
  readonly suspended?: SuspensionStatus;
  /** Domains behind the connector that alone are suspended. */
  readonly destinations: readonly ({ readonly domain: string } & SuspensionStatus)[];
  /** Whose mail alone waits here. */
  readonly senders: readonly SenderStop[];
  /** At a time; fewer than the limit where the next hop asked for it. */
  readonly connections: { readonly now: number; readonly limit: number; readonly reason?: string };
  readonly lastFailure?: { readonly at: Instant; readonly code: string; readonly text: string };
  readonly lastSuccessAt?: Instant;
  /** Recipients since the connector was first used or its configuration changed. */
  readonly totals: {
    readonly relayed: number;
    readonly deferred: number;
    readonly failed: number;
    readonly inDoubt: number;
  };
  /** Attempts begun within the last minute, of `messagesPerMinute` where that is set. */
  readonly lastMinute: { readonly attempts: number; readonly limit?: number };
  /** What mailbox, application and tenant have used of their limits; shared by the connectors that have them in common. */
  readonly quotas: readonly QuotaStatus[];
}

export interface SuspensionStatus {
  readonly reason: string;
  readonly since?: Instant;
  readonly until?: Instant;
}

export function connectorStatus(runtime: ConnectorRuntime, now: Instant): ConnectorStatus {
  const { name, rule, active, waiting, lastFailure, lastSuccessAt } = runtime;
  const suspensions = runtime.suspensions();
  const own = suspensions.find(({ destination }) => destination === name);
  const suspended = rule.config.suspended
    ? { reason: 'suspended in the policy' }
    : own && suspensionStatus(own.suspension);
  const { messagesPerMinute } = rule.config.limits;
  return {
    name,
    active,
    waiting: waiting.length,
    ...(suspended && { suspended }),
    destinations: suspensions.flatMap(({ destination, suspension }) => {
      const domain = domainOfDestination(destination);
      const status = suspensionStatus(suspension);
      return domain !== undefined && status ? [{ domain, ...status }] : [];
    }),
    senders: runtime.senders.list(),
    connections: connectionsOf(runtime.pace, now),
    ...(lastFailure && {
      lastFailure: { at: lastFailure.at, code: lastFailure.failure.code, text: lastFailure.failure.text },
    }),
    ...(lastSuccessAt !== undefined && { lastSuccessAt }),
    totals: { ...runtime.totals },
    lastMinute: {
      attempts: runtime.startsWithinMinute(now),
      ...(messagesPerMinute !== undefined && { limit: messagesPerMinute }),
    },
    quotas: runtime.quotas.status(now),
  };
}

function connectionsOf(pace: ConnectionPace, now: Instant): ConnectorStatus['connections'] {
  const reason = pace.reason(now);
  return { now: pace.connections(now), limit: pace.limit, ...(reason !== undefined && { reason }) };
}

function suspensionStatus(suspension: Suspension): SuspensionStatus | undefined {
  switch (suspension.kind) {
    case 'open':
      return undefined;
    case 'stopped':
      return { reason: suspension.reason, since: suspension.since };
    case 'suspended':
      return { reason: suspension.failure.text, since: suspension.since, until: suspension.until };
    default:
      return suspension satisfies never;
  }
}
