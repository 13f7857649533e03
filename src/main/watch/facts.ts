/** What the rules look at, taken from the parts of the relay. No I/O. */
import type { ConnectorFacts, QuotaFacts, Snapshot, SourceFacts } from '../../alerts/snapshot.ts';
import { fullAt } from '../../alerts/health/judge.ts';
import type { CheckPoint } from '../../alerts/health/check.ts';
import { usualBusiest } from '../../alerts/rules/usual.ts';
import { endOfValidity } from '../../config/units.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { SenderStop } from '../../delivery/sender-stops.ts';
import type { Counts } from '../../observe/traffic/counts.ts';
import { addCounts, countNames, noCounts } from '../../observe/traffic/counts.ts';
import type { Sighting, Sightings } from '../../observe/traffic/sightings.ts';
import type { Statistics } from '../../observe/traffic/statistics.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import { endOf } from '../../policy/ageing.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Expiry } from '../expiries.ts';
import type { TroubleBook } from './trouble-book.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const [refused, failed, relayed] = (['refused', 'failed', 'relayed'] as const).map((name) =>
  countNames.indexOf(name),
) as [number, number, number];

export interface FactSources {
  readonly clock: Clock;
  readonly policy: { readonly current: Policy };
  readonly delivery: Pick<Delivery, 'status'>;
  readonly statistics: Statistics;
  readonly sightings: Sightings;
  readonly troubles: TroubleBook;
  readonly minimumFree: number;
  readonly bytesFree: () => number | undefined;
  readonly diskHistory: () => readonly CheckPoint[];
  readonly expiries: () => readonly Expiry[];
  readonly storeHealth: () => string;
  policyRefused(): { readonly at: Instant; readonly text: string } | undefined;
}

export function factsFrom(sources: FactSources): () => Omit<Snapshot, 'queue' | 'checks'> {
  const usual = hourly(sources.clock, () => usualAttempts(sources.statistics));
  return () => {
    const { clock, statistics } = sources;
    const now = clock.now();
    const hour = statistics.view('hour', 'total').series[0]?.sum ?? [];
    const ofSources = sumOfSources(statistics);
    const policyRefused = sources.policyRefused();
    const busiest = usual();
    return {
      // Without our own notices, of which each failure makes one that is relayed.
      ended: { relayed: ofSources[relayed] ?? 0, failed: ofSources[failed] ?? 0 },
      connectors: connectorFacts(sources),
      sources: sourceFacts(sources),
      attempts: {
        lastHour: Math.max(0, (hour[refused] ?? 0) - (ofSources[refused] ?? 0)),
        ...(busiest === undefined ? {} : { usualBusiest: busiest }),
      },
      ownBlocks: ownBlocksOf(sources.policy.current, now),
      disk: diskFacts(sources, now),
      expiries: [...sources.expiries(), ...deviceCertificatesOf(sources.policy.current)],
      permissions: permissionsOf(sources.policy.current),
      quotas: quotaFacts(sources),
      store: { health: sources.storeHealth() },
      ...(policyRefused ? { policyRefused } : {}),
    };
  };
}

function connectorFacts({ policy, delivery, troubles }: FactSources): ConnectorFacts[] {
  const known = new Map(delivery.status().connectors.map((status) => [status.name, status]));
  return Array.from(policy.current.connectors.values(), ({ name, config }) => {
    const status = known.get(name);
    const suspended = config.suspended ? { reason: 'suspended in the policy' } : status?.suspended;
    return {
      name,
      // A suspension by failures has an end; one that somebody wanted has none.
      ...(suspended
        ? {
            suspended: {
              ...suspended,
              isDeliberate: !('until' in suspended) || suspended.until === undefined,
            },
          }
        : {}),
      troubles: troublesOf(name, troubles, status?.senders ?? []),
      hasWorked: status?.lastSuccessAt !== undefined,
    };
  });
}

/** Senders whose mail waits are on record, and so known after a restart, when nobody has told of them yet. */
function troublesOf(
  connector: string,
  book: TroubleBook,
  stops: readonly SenderStop[],
): ConnectorFacts['troubles'] {
  const told = book.of(connector);
  const senders = new Set(told.map(({ sender }) => sender?.toLowerCase()));
  const others = stops.filter(({ sender }) => !senders.has(sender));
  return [...told, ...others.map(({ code, reason }) => ({ code, text: reason }))];
}

function sourceFacts({ policy, sightings }: FactSources): SourceFacts[] {
  return Array.from(policy.current.sources.keys()).flatMap((name) => {
    const sighting = sightings.get(name);
    return sighting ? (mailOf(name, sighting) ?? []) : [];
  });
}

function mailOf(name: string, { days, hours }: Sighting): SourceFacts | undefined {
  const last = hours.at(-1);
  if (!last) return undefined;
  // The hour is known, not the minute: silence begins at its end.
  return { name, days: days.map(([day]) => day), lastMailAt: instant((last[0] + 1) * hourMs) };
}

/** Of the last hour; refusals of known sources are no attempts of strangers. */
function sumOfSources(statistics: Statistics): Counts {
  const sum = noCounts();
  for (const series of statistics.view('hour', 'source').series) addCounts(sum, series.sum);
  return sum;
}

function usualAttempts(statistics: Statistics): number | undefined {
  const all = statistics.view('month', 'total').series[0]?.points ?? [];
  const ofSources = statistics.view('month', 'source').series;
  const first = all.findIndex((counts) => counts.some((count) => count > 0));
  if (first === -1) return undefined;
  const hours = all.map((counts, index) =>
    Math.max(
      0,
      (counts[refused] ?? 0) -
        ofSources.reduce((sum, { points }) => sum + (points[index]?.[refused] ?? 0), 0),
    ),
  );
  // Hours before the relay was there say nothing, and the last two are what is judged.
  return usualBusiest(hours.slice(first, -2));
}

function diskFacts({ bytesFree, minimumFree, diskHistory }: FactSources, now: Instant): Snapshot['disk'] {
  const free = bytesFree();
  const end = fullAt({ bytesFree: free, minimumFree, history: diskHistory() }, now);
  return {
    minimumFree,
    ...(free === undefined ? {} : { bytesFree: free }),
    ...(end === undefined || end - now > 365 * dayMs ? {} : { fullAt: instant(Math.round(end)) }),
  };
}

/** Only what the policy says of their end is known: a device shows its certificate when it connects. */
function deviceCertificatesOf({ sources }: Policy): Snapshot['expiries'] {
  return Array.from(sources.values()).flatMap(({ name, config: { certificate } }) =>
    certificate?.expires === undefined
      ? []
      : [{ what: `the client certificate of the source ${name}`, at: endOfValidity(certificate.expires) }],
  );
}

function ownBlocksOf({ blocked }: Policy, now: Instant): Snapshot['ownBlocks'] {
  return blocked.rules.flatMap(({ range, by, note = '', expiresAt }) =>
    by === undefined || expiresAt === undefined || expiresAt <= now
      ? []
      : [{ range, until: expiresAt, text: note }],
  );
}

export function permissionsOf(policy: Policy): Snapshot['permissions'] {
  return Array.from(policy.sources.values()).flatMap((source) => [
    ...(source.ends
      ? [{ source: source.name, what: `the permission of ${source.name}`, at: source.ends.at }]
      : []),
    ...source.config.networks.flatMap((entry) => {
      const ends = typeof entry === 'string' ? undefined : endOf(entry.expires, policy.ageing).ends;
      if (typeof entry === 'string' || !ends) return [];
      return [
        { source: source.name, what: `the permission of ${source.name} for ${entry.range}`, at: ends.at },
      ];
    }),
  ]);
}

function quotaFacts({ delivery }: FactSources): QuotaFacts[] {
  const found = new Map<string, QuotaFacts>();
  for (const { name, quotas } of delivery.status().connectors) {
    for (const { quota, isLong, used, limit, freeAt, said } of quotas) {
      // Connectors share the quotas of a mailbox and of a tenant.
      if (found.has(quota) || !Number.isFinite(limit)) continue;
      // A pace by the minute is used up whenever mail flows fast, and is counted as used after an end without notice.
      if (!isLong && said === undefined) continue;
      found.set(quota, {
        quota,
        connector: name,
        used,
        limit,
        ...(freeAt === undefined ? {} : { freeAt }),
        ...(said === undefined ? {} : { said }),
      });
    }
  }
  return [...found.values()];
}

/** What changes slowly and costs some milliseconds to count. */
function hourly<T>(clock: Clock, count: () => T): () => T {
  let last: { readonly at: Instant; readonly value: T } | undefined;
  return () => {
    const now = clock.now();
    if (!last || Math.abs(now - last.at) >= hourMs) last = { at: now, value: count() };
    return last.value;
  };
}
