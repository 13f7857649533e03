/**
 * Counters and gauges in Prometheus' form, one registry a relay. Labels take only words of the program and
 * names of the policy; a value beyond `labelValuesMax` is counted as `other`, so that no peer can make us
 * keep a series for each thing it says.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Series of one label that are told apart. */
const labelValuesMax = 500;

const attemptSeconds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];
const ageSeconds = [0.05, 0.25, 1, 5, 30, 120, 600, 3600, 14_400, 86_400, 172_800];

/** What is read at the moment of a scrape rather than counted. */
export interface Readings {
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
    readonly suspended: boolean;
  }[];
  readonly policyRevision: number;
  readonly startedAtSeconds: number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Everything that is counted; `registry.metrics()` writes it out. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name: `relay365_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ) => new Histogram<L>({ name: `relay365_${name}`, help, labelNames, buckets, registers });
  return {
    registry,
    label: boundedLabels(),
    accepted: counter('messages_accepted_total', 'Messages taken over with 250.', ['source']),
    acceptedBytes: counter('accepted_bytes_total', 'Octets of content taken over.'),
    acceptedRecipients: counter('recipients_accepted_total', 'Recipients of messages taken over.'),
    refused: counter('refusals_total', 'Commands and contents refused or deferred.', ['stage', 'rule']),
    refusalsSuppressed: counter(
      'refusals_suppressed_total',
      'Refusals, failed logins and connections not served that were counted and not written.',
      ['event'],
    ),
    sessions: counter('sessions_total', 'Sessions ended.', ['listener', 'reason']),
    sessionsRefused: counter('sessions_refused_total', 'Connections not served.', ['listener', 'rule']),
    logins: counter('logins_total', 'Logins of clients.', ['result']),
    attempts: counter('attempts_total', 'Deliveries tried.', ['connector']),
    attemptResults: counter('attempt_recipients_total', 'What attempts came to, by recipient.', [
      'connector',
      'result',
    ]),
    attemptSeconds: histogram('attempt_seconds', 'Length of an attempt.', attemptSeconds, ['connector']),
    settled: counter('messages_settled_total', 'Messages of which every recipient is final.', ['result']),
    settledSeconds: histogram('settled_age_seconds', 'Acceptance to the last recipient.', ageSeconds),
    notices: counter('notices_total', 'Delivery status notifications made.', ['action']),
    suspensions: counter('connector_suspensions_total', 'Connectors suspended.', ['connector']),
    unrouted: counter('messages_unrouted_total', 'Times that no connector took a message.'),
    policyLoads: counter('policy_loads_total', 'Policies taken over or refused.', ['result']),
    operatorActions: counter('operator_actions_total', 'What operators did to messages.', ['action']),
    alertsOpened: counter('alerts_opened_total', 'Alerts opened.', ['rule', 'severity']),
    alertsNotSent: counter(
      'alerts_not_sent_total',
      'Alerts that a channel did not take at the first try, or at all.',
      ['channel'],
    ),
    storeTroubles: counter('store_troubles_total', 'Times that the store became unwell.'),
    faults: counter('faults_total', 'Faults of the program itself.', ['where']),
  };
}

/** Makes the gauges; the returned function writes one set of readings into them and gives the whole text. */
export function createScrape(metrics: Metrics): (now: Readings) => Promise<string> {
  const { registry } = metrics;
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers: [registry] });
  const active = gauge('relay365_queue_active', 'Messages with a recipient that is not final.');
  const held = gauge('relay365_queue_held', 'Messages held.');
  const settled = gauge('relay365_queue_settled', 'Settled messages kept as trace.');
  const oldest = gauge('relay365_queue_oldest_seconds', 'Age of the oldest active message.');
  const disk = gauge('relay365_store_bytes', 'Octets that the store takes on disk.');
  const free = gauge('relay365_disk_free_bytes', 'Octets free for the data directory.');
  const memory = gauge('relay365_queue_memory_bytes', 'Content kept in memory on its way.');
  const connections = gauge('relay365_connections', 'Open client connections.', ['listener']);
  const busy = gauge('relay365_connector_active', 'Deliveries under way.', ['connector']);
  const suspended = gauge('relay365_connector_suspended', '1 while suspended.', ['connector']);
  const revision = gauge('relay365_policy_revision', 'Number of the policy in force.');
  const started = gauge('process_start_time_seconds', 'Start, seconds since 1970.');
  const resident = gauge('process_resident_memory_bytes', 'Resident memory.');
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time, user and system.',
    registers: [registry],
  });
  return (now) => {
    active.set(now.queue.active);
    held.set(now.queue.held);
    settled.set(now.queue.settled);
    oldest.set(now.queue.oldestActiveSeconds);
    disk.set(now.queue.bytesOnDisk);
    if (now.queue.bytesFree !== undefined) free.set(now.queue.bytesFree);
    memory.set(now.queue.bytesInMemory);
    connections.reset();
    for (const { listener, count } of now.connections) connections.set({ listener }, count);
    busy.reset();
    suspended.reset();
    for (const item of now.connectors) {
      busy.set({ connector: item.connector }, item.active);
      suspended.set({ connector: item.connector }, item.suspended ? 1 : 0);
    }
    revision.set(now.policyRevision);
    started.set(now.startedAtSeconds);
    resident.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    return registry.metrics();
  };
}

/** Gives a label value back, or `other` once `labelValuesMax` different ones of that label were seen. */
export function boundedLabels(valuesMax = labelValuesMax): (label: string, value: string) => string {
  const seen = new Map<string, Set<string>>();
  return (label, value) => {
    let values = seen.get(label);
    if (!values) seen.set(label, (values = new Set()));
    if (values.has(value)) return value;
    if (values.size >= valuesMax) return 'other';
    values.add(value);
    return value;
  };
}
