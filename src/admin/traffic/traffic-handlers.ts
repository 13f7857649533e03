/** Counts over time, what happens now, and what sources were seen doing. */
import type { LiveView, SightingView, StatisticsView } from '../../../contract/schemas.ts';
import { isOpen } from '../../alerts/alert.ts';
import type { CountName, Counts } from '../../observe/traffic/counts.ts';
import { countNames } from '../../observe/traffic/counts.ts';
import type { LiveMoment } from '../../observe/traffic/live.ts';
import type { Sighting } from '../../observe/traffic/sightings.ts';
import type { Series } from '../../observe/traffic/statistics.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { StoreStats } from '../../store/store.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { ageBuckets } from '../queue/queue-handlers.ts';
import { present } from '../views.ts';

type TrafficRoutes = 'statistics' | 'live' | 'sightings' | 'sighting';

/** Counting what the store holds takes longer than a second's event may. */
const queueEveryMs = 5_000;

export function trafficHandlers(context: AdminContext): Pick<Handlers, TrafficRoutes> {
  const { traffic, queue, clock } = context;
  return {
    async statistics({ query }) {
      const { stepMs, times, series } = traffic.statistics.view(query.range, query.by, query.name);
      const { ages } = await queue.store.queueGroups('connector', clock.now());
      return {
        range: query.range,
        stepMs,
        times: times.map(formatInstant),
        series: series.map(seriesView),
        queueAge: ageBuckets(ages),
      };
    },
    live: (_, caller) => liveEvents(context, caller.signal),
    sightings: () => ({ items: traffic.sightings.all().map((sighting) => sightingView(context, sighting)) }),
    sighting({ params }) {
      const sighting = traffic.sightings.get(params.name);
      if (!sighting) throw new Problem(404, 'Not found', `nothing was seen of a source ${params.name} yet`);
      return {
        ...sightingView(context, sighting),
        tlsDays: traffic.sightings
          .tlsDays(sighting)
          .map(({ from, tls, ...counts }) => ({ from: formatInstant(from), ...counts, tls: [...tls] })),
      };
    },
  };
}

type ShownCounts = Record<Exclude<CountName, 'failedLogins'>, number>;

function countsView(counts: readonly number[]): ShownCounts {
  const [accepted = 0, relayed = 0, deferred = 0, refused = 0, failed = 0] = counts;
  return { accepted, relayed, deferred, refused, failed };
}

function seriesView({ name, sum, points }: Series): StatisticsView['series'][number] {
  const line = (count: CountName): number[] =>
    points.map((counts: Counts) => counts[countNames.indexOf(count)] ?? 0);
  return {
    name,
    sum: countsView(sum),
    accepted: line('accepted'),
    relayed: line('relayed'),
    deferred: line('deferred'),
    refused: line('refused'),
    failed: line('failed'),
  };
}

async function* liveEvents(context: AdminContext, signal: AbortSignal): AsyncGenerator<LiveView> {
  const { traffic, queue, delivery, policy } = context;
  let stats: StoreStats | undefined;
  let countedAt = 0;
  for await (const moment of traffic.live.watch(signal)) {
    if (stats === undefined || moment.at - countedAt >= queueEveryMs) {
      stats = await queue.store.stats();
      countedAt = moment.at;
    }
    const { active, held, oldestActiveAt } = stats;
    const known = new Map(delivery.status().connectors.map((status) => [status.name, status]));
    yield {
      at: formatInstant(moment.at),
      intervalMs: moment.intervalMs,
      counts: countsView(moment.counts),
      queue: { active, held, ...present({ oldestAt: at(oldestActiveAt) }) },
      connectors: Array.from(policy.current.connectors.values(), ({ name, config }) => {
        const status = known.get(name);
        const { suspended = config.suspended ? { reason: 'suspended in the policy' } : undefined } =
          status ?? {};
        const failure = status?.lastFailure;
        const isTroubled = failure !== undefined && failure.at > (status?.lastSuccessAt ?? 0);
        const reason = suspended?.reason ?? (isTroubled ? failure.text : undefined);
        return {
          name,
          state: suspended ? ('suspended' as const) : isTroubled ? ('trouble' as const) : ('ok' as const),
          active: status?.active ?? 0,
          waiting: status?.waiting ?? 0,
          ...present({ reason }),
        };
      }),
      alerts: alertsOf(context),
      ...newest(moment),
    };
  }
}

function alertsOf({ watch }: AdminContext): LiveView['alerts'] {
  const open = watch.alerts.state.alerts.filter(isOpen);
  const unheeded = open.filter(({ acknowledged }) => acknowledged === undefined);
  const isCritical = unheeded.some(({ severity }) => severity === 'critical');
  const worst = isCritical ? 'critical' : unheeded.length > 0 ? 'warning' : undefined;
  return { open: open.length, ...present({ worst }) };
}

function newest({ messages, refusals }: LiveMoment): Pick<LiveView, 'messages' | 'refusals'> {
  return {
    messages: messages.map(({ at: moment, event }) => {
      const { id, source, address, sender, recipients, bytes } = event;
      return { id, at: formatInstant(moment), source, address, sender, recipients, bytes };
    }),
    refusals: refusals.map(({ at: moment, event }) => ({
      ref: 'ref' in event ? event.ref : '',
      at: formatInstant(moment),
      kind: event.kind,
      address: event.address,
      explanation: 'explanation' in event ? event.explanation : event.text,
      ...present({ source: 'source' in event ? event.source : undefined }),
    })),
  };
}

export function sightingView({ traffic }: AdminContext, sighting: Sighting): SightingView {
  const { day, month } = traffic.sightings.volume(sighting);
  const { certificate } = sighting;
  return {
    source: sighting.key,
    firstAt: formatInstant(sighting.firstAt),
    lastAt: formatInstant(sighting.lastAt),
    day: { messages: day[0], bytes: day[1] },
    month: { messages: month[0], bytes: month[1] },
    addresses: sighting.addresses
      .toReversed()
      .map(([address, moment]) => ({ address, lastAt: formatInstant(moment) })),
    tls: sighting.tls
      .toSorted((a, b) => b.lastAt - a.lastAt)
      .map((use) => ({ ...use, lastAt: formatInstant(use.lastAt) })),
    plainSessions: sighting.plainSessions,
    clearLogins: sighting.clearLogins,
    weeks: weeksView(traffic.sightings.weeks([sighting])),
    ...present({
      plainLastAt: at(sighting.plainLastAt),
      clearLoginLastAt: at(sighting.clearLoginLastAt),
      certificate: certificate && {
        fingerprint: certificate.fingerprint,
        lastAt: formatInstant(certificate.lastAt),
      },
    }),
  };
}

export function weeksView(
  weeks: readonly { readonly from: Instant; readonly counts: readonly number[] }[],
): SightingView['weeks'] {
  return weeks.map(({ from, counts: [tlsSessions = 0, plainSessions = 0, clearLogins = 0] }) => ({
    from: formatInstant(from),
    tlsSessions,
    plainSessions,
    clearLogins,
  }));
}

function at(moment: Instant | undefined): string | undefined {
  return moment === undefined ? undefined : formatInstant(moment);
}
