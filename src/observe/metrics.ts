/**
 * Counters in Prometheus' form, one registry a relay. Names and labels are an agreement with dashboards and alert rules of others:
 * what stands here is not renamed. docs/metrics.md is made from it.
 */
import { MetricRegistry } from './metrics/declare.ts';
import { boundedLabels, labels } from './metrics/labels.ts';

export { boundedLabels } from './metrics/labels.ts';
export { createScrape } from './metrics/scrape.ts';
export type { Readings } from './metrics/scrape.ts';

const attemptSeconds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];
const ageSeconds = [0.05, 0.25, 1, 5, 30, 120, 600, 3600, 14_400, 86_400, 172_800];
const commitSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const loopSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

const { connector, source, listener, rule, tls } = labels;

export type Metrics = ReturnType<typeof createMetrics>;

/** Everything that is counted; `registry.metrics()` writes it out. */
export function createMetrics() {
  const metrics = new MetricRegistry();
  return {
    registry: metrics.registry,
    /** For what is read at a scrape, and for the reference page. */
    declare: metrics,
    label: boundedLabels(),
    ...mailMetrics(metrics),
    ...clientMetrics(metrics),
    ...connectorMetrics(metrics),
    ...relayMetrics(metrics),
  };
}

function mailMetrics(metrics: MetricRegistry) {
  return {
    accepted: metrics.counter('relay365_messages_accepted_total', 'Messages taken over with 250.', {
      source,
    }),
    acceptedBytes: metrics.counter('relay365_accepted_bytes_total', 'Octets of content taken over.'),
    acceptedRecipients: metrics.counter(
      'relay365_recipients_accepted_total',
      'Recipients of messages taken over.',
    ),
    settled: metrics.counter(
      'relay365_messages_settled_total',
      'Messages of which every recipient is final.',
      { result: '`relayed`, `failed`, `expired`, or `mixed`: not the same for all recipients.' },
    ),
    settledSeconds: metrics.histogram(
      'relay365_settled_age_seconds',
      'Time from acceptance to the last recipient.',
      ageSeconds,
    ),
    notices: metrics.counter('relay365_notices_total', 'Delivery status notifications made.', {
      action: '`failed`, `delayed`, `relayed`.',
    }),
    unrouted: metrics.counter(
      'relay365_messages_unrouted_total',
      'Times that no connector of the policy took a message.',
    ),
    operatorActions: metrics.counter('relay365_operator_actions_total', 'What operators did to messages.', {
      action: 'Name of the action, such as `hold` or `release`.',
    }),
  };
}

function clientMetrics(metrics: MetricRegistry) {
  return {
    refused: metrics.counter('relay365_refusals_total', 'Commands and contents refused or deferred.', {
      stage: 'Command at which it was refused, in small letters, or `connect`, `content`, `session`.',
      rule,
    }),
    refusalReplies: metrics.counter(
      'relay365_refusal_replies_total',
      'Commands and contents refused (`5xx`) or deferred (`4xx`).',
      { class: '`4xx`, `5xx`.' },
    ),
    refusalsSuppressed: metrics.counter(
      'relay365_refusals_suppressed_total',
      'Refusals, failed logins and connections not served that were counted and not written.',
      { event: '`refused`, `login-failed`, `session-refused`.' },
    ),
    sessions: metrics.counter('relay365_sessions_total', 'Sessions ended.', {
      listener,
      reason:
        'Why it ended: `quit`, `client-gone`, `client-closed`, `idle`, `shutdown`, or the rule that ended it.',
    }),
    sessionsTls: metrics.counter('relay365_sessions_tls_total', 'Sessions ended, by TLS version.', {
      listener,
      tls,
    }),
    sessionsRefused: metrics.counter('relay365_sessions_refused_total', 'Connections not served.', {
      listener,
      rule,
    }),
    logins: metrics.counter('relay365_logins_total', 'Logins of clients.', {
      result: '`accepted`, `refused`.',
    }),
  };
}

function connectorMetrics(metrics: MetricRegistry) {
  return {
    attempts: metrics.counter('relay365_attempts_total', 'Deliveries tried.', { connector }),
    attemptResults: metrics.counter(
      'relay365_attempt_recipients_total',
      'What attempts came to, by recipient.',
      { connector, result: '`relayed`, `deferred`, `failed`, `in-doubt`.' },
    ),
    attemptReplies: metrics.counter(
      'relay365_attempt_replies_total',
      'Attempts by the class of the reply that decided; a failure counts before a success.',
      { connector, class: labels.class },
    ),
    attemptTls: metrics.counter(
      'relay365_attempt_tls_total',
      'Attempts by the TLS version of the connection to the next hop.',
      { connector, tls },
    ),
    attemptSeconds: metrics.histogram('relay365_attempt_seconds', 'Length of an attempt.', attemptSeconds, {
      connector,
    }),
    suspensions: metrics.counter(
      'relay365_connector_suspensions_total',
      'Times that a connector was suspended.',
      {
        connector,
      },
    ),
    tokenRequests: metrics.counter(
      'relay365_token_requests_total',
      'Access tokens asked for at Microsoft Entra or a managed identity.',
      { connector, result: '`issued`, `failed`.' },
    ),
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
