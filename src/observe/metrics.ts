/**
 * Counters in Prometheus' form, one registry a relay. Names and labels are an agreement with dashboards and alert rules of others:
 * what stands here is not renamed. docs/metrics.md is made from it.
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

function relayMetrics(metrics: MetricRegistry) {
  return {
    policyLoads: metrics.counter('relay365_policy_loads_total', 'Policies taken over or refused.', {
      result: '`loaded`, `refused`.',
    }),
    storeTroubles: metrics.counter('relay365_store_troubles_total', 'Times that the store became unwell.'),
    commitSeconds: metrics.histogram(
      'relay365_store_commit_seconds',
      'Time in which the store made a group of writes stable; one commit serves all messages of its moment.',
      commitSeconds,
    ),
    commitWrites: metrics.counter(
      'relay365_store_writes_total',
      'Writes that the commits of the store held.',
      {
        result: '`ok`; `failed`: the whole commit failed.',
      },
    ),
    loopSeconds: metrics.histogram(
      'relay365_event_loop_delay_seconds',
      'How late a timer of the event loop came that is looked at four times a second: mail waits as long.',
      loopSeconds,
    ),
    alertsOpened: metrics.counter('relay365_alerts_opened_total', 'Alerts opened.', {
      rule: 'Name of the alert rule.',
      severity: '`warning`, `critical`.',
    }),
    alertsNotSent: metrics.counter(
      'relay365_alerts_not_sent_total',
      'Alerts that a channel did not take at the first try, or at all.',
      { channel: 'Channel of the configuration.' },
    ),
    logDropped: metrics.counter(
      'relay365_log_lines_dropped_total',
      'Lines that an output of the log could not take: its buffer was full, or writing failed.',
      { output: '`syslog`, `file` or `w3c` with the place, such as `syslog logs.example.net:6514`.' },
    ),
    spans: metrics.counter('relay365_trace_spans_total', 'Spans of OpenTelemetry traces.', {
      result: '`exported`; `dropped`: the buffer was full; `failed`: the collector did not take them.',
    }),
    faults: metrics.counter('relay365_faults_total', 'Faults of the program itself.', {
      where: 'Part of the program.',
    }),
  };
}
