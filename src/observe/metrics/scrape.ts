/** What is read at the moment of a scrape rather than counted. */
import type { Metrics } from '../metrics.ts';
import { boundedLabels, labels } from './labels.ts';

export interface Readings {
  readonly ready: boolean;
  readonly version: string;
  readonly queue: {
    readonly active: number;
    readonly held: number;
    readonly settled: number;
    readonly oldestActiveSeconds: number;
    readonly bytesOnDisk: number;
    readonly bytesFree: number | undefined;
    readonly bytesInMemory: number;
  };
  readonly connections: readonly { readonly listener: string; readonly count: number }[];
  readonly connectors: readonly {
    readonly connector: string;
    readonly active: number;
    readonly waiting: number;
    readonly suspended: boolean;
    readonly suspendedDestinations: number;
    readonly quotas: readonly { readonly quota: string; readonly used: number; readonly limit: number }[];
  }[];
  /** What ends by itself: certificates, secrets, sign-ins; the next ones. */
  readonly expiries: readonly { readonly what: string; readonly atSeconds: number }[];
  readonly policyRevision: number;
  readonly sources: number;
  readonly startedAtSeconds: number;
  /** `undefined` where the system does not tell. */
  readonly openFiles: number | undefined;
}

const { connector, listener } = labels;

/** Makes the gauges; the returned function writes one set of readings into them and gives the whole text. */
export function createScrape(metrics: Metrics): (now: Readings) => Promise<string> {
  const { declare, registry } = metrics;
  const writers = [queueGauges(metrics), connectorGauges(metrics), relayGauges(metrics)];
  const cpu = declare.counter('process_cpu_seconds_total', 'CPU time, user and system.');
  return (now) => {
    for (const write of writers) write(now);
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    return registry.metrics();
  };
}

type Write = (now: Readings) => void;

function queueGauges({ declare }: Metrics): Write {
  const active = declare.gauge('relay365_queue_active', 'Messages with a recipient that is not final.');
  const held = declare.gauge('relay365_queue_held', 'Messages held.');
  const settled = declare.gauge('relay365_queue_settled', 'Settled messages kept as trace.');
  const oldest = declare.gauge('relay365_queue_oldest_seconds', 'Age of the oldest active message.');
  const disk = declare.gauge('relay365_store_bytes', 'Octets that the store takes on disk.');
  const free = declare.gauge('relay365_disk_free_bytes', 'Octets free for the data directory.');
  const memory = declare.gauge('relay365_queue_memory_bytes', 'Content kept in memory on its way.');
  return ({ queue }) => {
    active.set(queue.active);
    held.set(queue.held);
    settled.set(queue.settled);
    oldest.set(queue.oldestActiveSeconds);
    disk.set(queue.bytesOnDisk);
    if (queue.bytesFree !== undefined) free.set(queue.bytesFree);
    memory.set(queue.bytesInMemory);
  };
}

function connectorGauges({ declare, label }: Metrics): Write {
  const busy = declare.gauge('relay365_connector_active', 'Deliveries under way.', { connector });
  const waiting = declare.gauge(
    'relay365_connector_waiting',
    'Deliveries in hand that wait for a place, a rate or a probe; what waits in the store is not among them.',
    { connector },
  );
  const suspended = declare.gauge(
    'relay365_connector_suspended',
    '1 while suspended; of `other` how many are.',
    {
      connector,
    },
  );
  const destinations = declare.gauge(
    'relay365_connector_suspended_destinations',
    'Domains behind the connector that alone are suspended.',
    { connector },
  );
  const quota =
    'What is counted, in which time, and whose it is: `recipients in 24 hours of mailbox relay@contoso.com`.';
  const used = declare.gauge('relay365_quota_used', 'Used of a quota of Microsoft 365.', {
    connector,
    quota,
  });
  const limit = declare.gauge('relay365_quota_limit', 'What the quota allows.', { connector, quota });
  return (now) => {
    for (const gauge of [busy, waiting, suspended, destinations, used, limit]) gauge.reset();
    // Of quotas those of the moment: names of old ones must not take the places of new ones.
    const quotaLabel = boundedLabels();
    for (const item of now.connectors) {
      const name = { connector: label('connector', item.connector) };
      busy.inc(name, item.active);
      waiting.inc(name, item.waiting);
      suspended.inc(name, item.suspended ? 1 : 0);
      destinations.inc(name, item.suspendedDestinations);
      for (const one of item.quotas) {
        const which = { ...name, quota: quotaLabel('quota', one.quota) };
        // The worst of those that are not told apart would be hidden in a sum; the label says that it is many.
        used.inc(which, one.used);
        limit.inc(which, one.limit);
      }
    }
  };
}

function relayGauges({ declare, label }: Metrics): Write {
  const ready = declare.gauge('relay365_ready', '1 while mail is accepted, as `/readyz` has it.');
  const info = declare.gauge('relay365_build_info', 'Always 1; the labels tell what runs.', {
    version: 'Version of relay365.',
    node: 'Version of Node.js.',
  });
  const connections = declare.gauge('relay365_connections', 'Open client connections.', { listener });
  const revision = declare.gauge('relay365_policy_revision', 'Number of the policy in force.');
  const sources = declare.gauge('relay365_policy_sources', 'Sources of the policy in force.');
  const expiry = declare.gauge(
    'relay365_expiry_timestamp_seconds',
    'End of what ends by itself next, seconds since 1970.',
    { what: 'Secret, certificate, sign-in or permission, with the name of its connector or source.' },
  );
  const started = declare.gauge('process_start_time_seconds', 'Start, seconds since 1970.');
  const resident = declare.gauge('process_resident_memory_bytes', 'Resident memory.');
  const files = declare.gauge('process_open_fds', 'Open file descriptors.');
  return (now) => {
    ready.set(now.ready ? 1 : 0);
    info.set({ version: now.version, node: process.version }, 1);
    connections.reset();
    for (const { listener: name, count } of now.connections)
      connections.inc({ listener: label('listener', name) }, count);
    revision.set(now.policyRevision);
    sources.set(now.sources);
    expiry.reset();
    const what = boundedLabels();
    for (const item of now.expiries) expiry.set({ what: what('what', item.what) }, item.atSeconds);
    started.set(now.startedAtSeconds);
    resident.set(process.memoryUsage.rss());
    if (now.openFiles !== undefined) files.set(now.openFiles);
  };
}
