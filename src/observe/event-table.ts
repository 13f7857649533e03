/**
 * What each kind of event is: its level, what it means, its fields, its sentence and its counters. The log, the
 * metrics and docs/events.md all come from this table, so they cannot disagree.
 */
import { formatInstant } from '../platform/clock.ts';
import { countOf, tlsName } from '../platform/words.ts';
import type { RelayEvent } from './events.ts';
import type { Metrics } from './metrics.ts';
import { replyClass, tlsLabel } from './metrics/labels.ts';
import { floodBounds } from './refusal-flood.ts';

export type EventKind = RelayEvent['kind'];
export type EventOf<K extends EventKind> = Extract<RelayEvent, { readonly kind: K }>;
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

type FieldsOf<K extends EventKind> = Exclude<keyof EventOf<K>, 'kind'>;

export interface EventRow<K extends EventKind> {
  readonly level: Level;
  /** When it is written; one sentence for the reference page. */
  readonly means: string;
  /** Every field, with its meaning; the type makes leaving one out a compile error. */
  readonly fields: { readonly [F in FieldsOf<K>]-?: string };
  /** One line for a person. May hold text of peers: whoever shows it makes it printable. */
  say(event: EventOf<K>): string;
  count?(metrics: Metrics, event: EventOf<K>): void;
  /** Kept in the store, to be found by `ref` later. */
  readonly kept?: true;
}

const id = 'Queue id; the same in log, trace, SMTP reply and Received field.';
const ref = 'Reference that the reply to the client bore.';
const address = 'Address of the client.';
const listener = 'Name of the listener.';
const rule = 'Stable name of what decided.';
const connector = 'Name of the connector.';

const unblockedWords = {
  time: 'its time is over',
  source: 'the policy has a source there now',
  person: 'somebody took it back',
} as const;

export const eventTable: { readonly [K in EventKind]: EventRow<K> } = {
  ready: {
    level: 'info',
    means: 'Mail is accepted from now on.',
    fields: {
      listeners: 'Name, address, port and TLS mode of each listener.',
      console: 'URL of the admin API.',
      data: 'Data directory.',
    },
    say: (event) =>
      `accepting mail on ${event.listeners.map((item) => `${item.name} ${hostPort(item)} (TLS ${item.tls})`).join(', ')}` +
      `${event.console ? `; admin API ${event.console}` : ''}; data in ${event.data}`,
  },
  'first-account': {
    level: 'warn',
    means:
      'The console has no account yet. Whoever opens the link first makes the first administrator; it works once, for an ' +
      'hour, and each start makes another one.',
    fields: { url: 'One-time link.', until: 'End of the link, milliseconds since 1970.' },
    say: (event) =>
      `no account yet: open ${event.url} until ${formatInstant(event.until)} to make the first administrator, ` +
      'or run "relay365 user add NAME --role administrator"',
  },
  audit: {
    level: 'info',
    means:
      'Something was changed, or somebody signed in or tried to. The audit log of the store has the entry with what was ' +
      'before and after; sent to another machine, these lines prove that the log was not written anew.',
    fields: {
      seq: 'Number of the entry.',
      by: 'Account, token, or who ran the command.',
      via: '`session`, `token`, `local` (token of the data directory), `command` (relay stopped), `relay` or `nobody`.',
      address: 'Address of the connection.',
      action: 'Name of the route of the API, or of what was done otherwise.',
      object: 'What was acted on.',
      result: '`ok`, or why it was not done.',
      hash: 'SHA-256 of the entry; the next one contains it.',
    },
    say: (event) =>
      `audit ${event.seq}: ${event.by} ${event.action}${event.object === undefined ? '' : ` ${event.object}`}: ${event.result}`,
  },
  stopping: {
    level: 'info',
    means: 'A stop was asked for; sessions and deliveries get their time to end.',
    fields: { reason: 'Signal or call that asked.' },
    say: (event) => `stopping: ${event.reason}`,
  },
  stopped: {
    level: 'info',
    means: 'Everything is closed; the process ends.',
    fields: {},
    say: () => 'stopped',
  },
  danger: {
    level: 'warn',
    means: 'A setting that needs an explicit word is in force; written at every start and policy change.',
    fields: { text: 'What is dangerous, and why.' },
    say: (event) => `DANGER: ${event.text}`,
  },
  warning: {
    level: 'warn',
    means: 'Configuration or policy probably does not say what was meant.',
    fields: { text: 'What is doubtful, with its place.' },
    say: (event) => event.text,
  },
  expiring: {
    level: 'warn',
    means:
      'A secret, a certificate or the sign-in of a person ends soon, or has ended. Written at the start, when 30, 14, 7 and 1 days remain, and after the end.',
    fields: {
      what: 'Secret, certificate or sign-in, with the name of its connector.',
      at: 'End, milliseconds since 1970.',
      days: 'Whole days that remain; negative after the end.',
    },
    say: (event) =>
      event.days < 0
        ? `${event.what} ended at ${formatInstant(event.at)}: put a new one in its place`
        : `${event.what} ends at ${formatInstant(event.at)}, in ${countOf(event.days, 'day')}`,
  },
  reminder: {
    level: 'warn',
    means:
      'Something in the calendar ends or falls due: a permission, a certificate, a secret, a review, a date of Microsoft 365. Written 30, 14, 7 and 1 days ahead and at the end, once each, also over restarts.',
    fields: {
      what: 'What falls due, in words.',
      at: 'Its date, milliseconds since 1970.',
      days: 'Whole days that remain; negative after the end.',
      todo: 'What to do.',
      owner: 'Who answers for it.',
      to: 'Addresses that a mail goes to.',
    },
    say: (event) =>
      `${event.what} (${formatInstant(event.at).slice(0, 10)}, ${countOf(event.days, 'day')}): ${event.todo}` +
      (event.to.length > 0 ? ` Told ${event.to.join(', ')}.` : ''),
  },
  'backup-made': {
    level: 'info',
    means: 'A backup is whole, on stable storage and verified to its last octet.',
    fields: {
      name: 'File name.',
      bytes: 'Octets of the file.',
      messages: 'Messages in it, settled ones included.',
      inWork: 'Of these, not settled.',
      durationMs: 'How long it took.',
      by: 'Who asked for it; `schedule` for the relay itself.',
    },
    say: (event) =>
      `backup ${event.name}: ${countOf(event.messages, 'message')} in ${countOf(event.bytes, 'octet')}`,
  },
  'backup-failed': {
    level: 'error',
    means: 'A backup could not be made; those before are as they were.',
    fields: { text: 'Why.', by: 'Who asked for it; `schedule` for the relay itself.' },
    say: (event) => `no backup was made: ${event.text}`,
  },
  'backup-rehearsed': {
    level: 'info',
    means: 'A backup was restored into a temporary directory, opened, counted, compared and deleted again.',
    fields: { name: 'File name.', ok: 'Everything was there.', text: 'What was compared, or what is wrong.' },
    say: (event) => `rehearsal of backup ${event.name}: ${event.ok ? 'good' : 'NOT good'}: ${event.text}`,
  },
  swept: {
    level: 'debug',
    means:
      'What is older than its time under `retention` was removed, and its room overwritten and given back.',
    fields: { removed: 'How many of each kind.' },
    say: (event) =>
      `removed after their time: ${Object.entries(event.removed)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', ')}`,
  },
  'review-finding': {
    level: 'warn',
    means:
      'The review of the log of connections found something unusual. It is told once, when it is found; nothing is done by itself unless `review.block` says so.',
    fields: {
      id: 'Id of the finding; `relay365 review accept ID`.',
      finding: 'Kind of finding, such as `volume`.',
      subject: 'Address, user, hour or source that it is about.',
      severity: '`note`, `warning` or `serious`.',
      text: 'What is unusual, with numbers.',
      proposal: 'What could be done.',
      source: 'Source that it is about.',
    },
    say: (event) => `${event.text} Proposal: ${event.proposal}`,
  },
  'address-blocked': {
    level: 'warn',
    means:
      'The review of the log blocks an address by itself, because `review.block` lets it. The alert `address-blocked` is open for so long.',
    fields: {
      address: 'The address; of IPv6 its /64.',
      until: 'End of the block, milliseconds since 1970.',
      finding: 'Id of the finding; `relay365 review show ID`.',
      text: 'What was found, with numbers.',
    },
    say: (event) =>
      `${event.address} is blocked until ${formatInstant(event.until)}: ${event.text} "relay365 review unblock ${event.address}" takes it back`,
  },
  'address-unblocked': {
    level: 'warn',
    means: 'An address that the review of the log blocked by itself may connect again.',
    fields: {
      address: 'The address; of IPv6 its /64.',
      why: '`time`: the block ended; `source`: the policy has a source there now; `person`: somebody took it back.',
      by: 'Who took it back.',
    },
    say: (event) => `${event.address} is blocked no more: ${unblockedWords[event.why]}`,
  },
  'certificate-in-use': {
    level: 'info',
    means: 'A renewed certificate of listeners or console is shown in handshakes from now on.',
    fields: {
      what: '`tls` or `console.tls`, as in relay365.yaml.',
      subject: 'Its subject.',
      until: 'Its end, milliseconds since 1970.',
      fingerprint: 'SHA-256 of its DER form, hexadecimal.',
    },
    say: (event) =>
      `${event.what}: the certificate of ${event.subject} is in use, until ${formatInstant(event.until)}`,
  },
  'policy-loaded': {
    level: 'info',
    means: 'A policy is in force from now on.',
    fields: {
      revision: 'Number of the revision.',
      sources: 'How many sources it names.',
      connectors: 'How many connectors it names.',
    },
    say: (event) =>
      `policy revision ${event.revision} in force: ${countOf(event.sources, 'source')}, ${countOf(event.connectors, 'connector')}`,
    count: (metrics) => metrics.policyLoads.inc({ result: 'loaded' }),
  },
  'policy-refused': {
    level: 'error',
    means: 'A changed policy has faults; the one before stays in force.',
    fields: { text: 'The faults, with file, line and column.' },
    say: (event) => `policy refused, the one before stays in force: ${event.text}`,
    count: (metrics) => metrics.policyLoads.inc({ result: 'refused' }),
  },
  'session-refused': {
    level: 'warn',
    means: 'A connection was not served: a limit, or bytes that are not SMTP.',
    fields: { address, listener, rule, text: 'What was wrong, for the operator.' },
    say: (event) => `connection from ${event.address} to ${event.listener} refused: ${event.text}`,
    count: (metrics, event) =>
      metrics.sessionsRefused.inc({
        listener: metrics.label('listener', event.listener),
        rule: metrics.label('session-rule', event.rule),
      }),
  },
  'session-ended': {
    level: 'debug',
    means: 'A session ended.',
    fields: {
      address,
      listener,
      reason: 'Who ended it and why.',
      messages: 'Messages accepted in it.',
      ref: 'Reference of the session.',
      tls: 'TLS version at its end; absent: none.',
    },
    say: (event) =>
      `session of ${event.address} on ${event.listener} ended: ${event.reason}, ${countOf(event.messages, 'message')}`,
    count: (metrics, event) => countSession(metrics, event),
  },
  refused: {
    level: 'warn',
    means: 'A command or a content was refused or deferred.',
    fields: {
      ref,
      address,
      listener,
      source: 'Name of the source, where one was recognised.',
      sender: 'Reverse-path of MAIL.',
      recipient: 'Recipient that was refused.',
      helo: 'Name the client gave itself.',
      stage: 'Command at which it was refused.',
      reply: 'What the client was answered.',
      rule,
      explanation: 'What decided, and what would make it pass.',
      tls: 'TLS version of the session.',
    },
    say: (event) =>
      `refused ${event.source ?? 'a stranger'} at ${event.address} at ${event.stage}: ${event.explanation}`,
    count: (metrics, event) => {
      metrics.refused.inc({
        stage: metrics.label('stage', event.stage),
        rule: metrics.label('rule', event.rule),
      });
      metrics.refusalReplies.inc({ class: replyClass(event.reply) });
    },
    kept: true,
  },
  login: {
    level: 'info',
    means: 'A client logged in.',
    fields: {
      ref,
      address,
      listener,
      username: 'User name.',
      source: 'Source whose login it is.',
      tls: 'TLS version of the session; absent: the password crossed the network in clear.',
    },
    say: (event) => `${event.username} logged in from ${event.address} as source ${event.source}`,
    count: (metrics) => metrics.logins.inc({ result: 'accepted' }),
  },
  recognised: {
    level: 'debug',
    means: 'A client turned out to be a source; once in a session for each source.',
    fields: {
      source: 'Name of the source.',
      address,
      listener,
      tls: 'TLS version of the session; absent: none.',
      cipher: 'Its cipher.',
      login: 'User name of a successful login.',
      certificate: 'Fingerprint of the certificate that the client showed.',
    },
    say: (event) =>
      `${event.address} is source ${event.source} on ${event.listener}, ${event.tls === undefined ? 'no TLS' : tlsName(event.tls)}`,
  },
  'login-failed': {
    level: 'warn',
    means: 'A login was refused.',
    fields: {
      ref,
      address,
      listener,
      username: 'User name that was tried.',
      rule,
      explanation: 'What was wrong, for the operator.',
    },
    say: (event) => `login of ${event.username} from ${event.address} refused: ${event.explanation}`,
    count: (metrics) => metrics.logins.inc({ result: 'refused' }),
    kept: true,
  },
  'refusals-suppressed': {
    level: 'warn',
    means:
      `Refusals that were counted and not written: beyond ${floodBounds.perAddressMax} a minute of one address, or ` +
      `${floodBounds.overallMax} of all. Written when the minute ends. Their replies bore references that are on no ` +
      'record: `relay365 trace` does not find them, and the refusals of the same address before them tell the same.',
    fields: {
      scope:
        '`address`: of one address; `strangers`, `sources`: of all unknown clients or all known ones together.',
      of: 'Kind of event that was not written; absent: any.',
      address: 'Address of the client, of IPv6 its /64; absent: of all.',
      source: 'Name of the source, where one was recognised.',
      count: 'How many were not written.',
      rule: 'Stable name of what decided the last one.',
      since: 'Begin of the minute, milliseconds since 1970.',
    },
    say: (event) =>
      `${event.count} more refusals of ${refusedClients(event)} since ${formatInstant(event.since)} ` +
      `were counted and not written; the last by ${event.rule}`,
  },
  accepted: {
    level: 'info',
    means: 'A message is on stable storage and was answered with 250.',
    fields: {
      id,
      source: 'Name of the source.',
      address,
      sender: 'Reverse-path; empty for the null sender.',
      recipients: 'How many recipients.',
      domains: 'Domains of the recipients, at most ten.',
      bytes: 'Octets of content.',
      helo: 'Name that the client gave itself.',
    },
    say: (event) =>
      `accepted ${event.bytes} octets from ${event.source} (${event.address}), <${event.sender}> to ${event.recipients}`,
    count: (metrics, event) => {
      metrics.accepted.inc({ source: metrics.label('source', event.source) });
      metrics.acceptedBytes.inc(event.bytes);
      metrics.acceptedRecipients.inc(event.recipients);
    },
  },
  attempted: {
    level: 'info',
    means: 'A delivery was tried.',
    fields: {
      id,
      source: 'Name of the source; absent for our own notices.',
      connector,
      host: 'Host and port of the next hop.',
      relayed: 'Recipients taken by the next hop.',
      deferred: 'Recipients to be tried again.',
      failed: 'Recipients refused for good.',
      inDoubt: 'Recipients of which it is not known whether the next hop took them.',
      durationMs: 'Length of the attempt in milliseconds.',
      tls: 'TLS version of the connection to the next hop; absent: none.',
      reply: 'Reply of the next hop, verbatim.',
      text: 'What was wrong, for the operator.',
    },
    say: (event) =>
      `${event.connector} to ${event.host}: ${outcomeWords(event)} in ${event.durationMs} ms` +
      `${event.text ? `; ${event.text}` : ''}${event.reply ? `; reply: ${event.reply}` : ''}`,
    count: countAttempt,
  },
  settled: {
    level: 'info',
    means: 'Every recipient of a message is final.',
    fields: {
      id,
      source: 'Name of the source; absent for our own notices.',
      connector: 'Connector of the last attempt; absent where there was none.',
      result: '`relayed`, `failed`, `expired` or `mixed`.',
      ageMs: 'Time since acceptance in milliseconds.',
    },
    say: (event) => `${event.result} after ${event.ageMs} ms`,
    count: (metrics, event) => {
      metrics.settled.inc({ result: event.result });
      metrics.settledSeconds.observe(event.ageMs / 1000);
    },
  },
  notice: {
    level: 'info',
    means: 'A delivery status notification was queued.',
    fields: {
      id: 'Queue id of the notice.',
      about: 'Queue id of the message it tells of.',
      action: '`failed`, `delayed` or `relayed`.',
      to: 'Who is told.',
    },
    say: (event) => `notice to ${event.to}: ${event.about} is ${event.action}`,
    count: (metrics, event) => metrics.notices.inc({ action: event.action }),
  },
  'no-route': {
    level: 'error',
    means:
      'No connector of the policy takes this mail; it waits for a changed policy, and expires like any other.',
    fields: {
      id,
      source: 'Name of the source.',
      recipient: 'Address that no connector takes.',
      text: 'What the policy says, and what would be right.',
    },
    say: (event) => `no route for ${event.recipient}: ${event.text}`,
    count: (metrics) => metrics.unrouted.inc(),
  },
  'quota-low': {
    level: 'warn',
    means:
      'What a mailbox or a tenant may send within hours is used to 80 percent, or altogether: mail beyond it waits. Told once each.',
    fields: {
      connector,
      quota: 'What is counted, in which time, and whose it is.',
      state: '`low` or `exhausted`.',
      used: 'What was used.',
      limit: 'What may be used.',
      runsOutAt:
        'When it runs out at the rate of the last hour, milliseconds since 1970; absent: not in 24 hours.',
      freeAt: 'When there is room again, milliseconds since 1970; only where it has run out.',
    },
    say: (event) =>
      `quota ${event.state}: ${event.used} of ${event.limit} ${event.quota}${event.freeAt === undefined ? '' : `, room again at ${formatInstant(event.freeAt)}`}`,
  },
  'connector-suspended': {
    level: 'warn',
    means: 'A connector is not used for a while.',
    fields: {
      connector,
      destination: 'Domain that alone is suspended; absent: the whole connector.',
      reason: 'Why.',
      until: 'End, milliseconds since 1970; absent: until resumed.',
    },
    say: (event) =>
      `connector ${event.connector}${event.destination ? ` to ${event.destination}` : ''} suspended: ${event.reason}`,
    count: (metrics, event) =>
      metrics.suspensions.inc({ connector: metrics.label('connector', event.connector) }),
  },
  'connector-resumed': {
    level: 'info',
    means: 'A connector is used again.',
    fields: { connector, destination: 'Domain that alone was suspended; absent: the whole connector.' },
    say: (event) =>
      `connector ${event.connector}${event.destination ? ` to ${event.destination}` : ''} resumed`,
  },
  'sender-suspended': {
    level: 'warn',
    means: 'Mail of one sender is not sent by this connector for a while; that of others goes on.',
    fields: {
      connector,
      sender: 'Address of MAIL FROM; `<>` for notices.',
      reason: 'Why.',
      until: 'End, milliseconds since 1970. Then one message tries it.',
    },
    say: (event) => `mail of ${event.sender} by ${event.connector} waits: ${event.reason}`,
  },
  'sender-resumed': {
    level: 'info',
    means: 'Mail of a sender is sent by this connector again.',
    fields: { connector, sender: 'Address of MAIL FROM.' },
    say: (event) => `mail of ${event.sender} goes by ${event.connector} again`,
  },
  'connector-paced': {
    level: 'warn',
    means:
      'A next hop refused mail because too much came at a time: the connector uses half of its connections. They come back ' +
      'one by one while nothing is refused.',
    fields: {
      connector,
      connections: 'Connections at a time from now on.',
      limit: '`limits.connections`.',
      reason: 'What the next hop said; absent: they rise again.',
    },
    say: (event) =>
      `connector ${event.connector} uses ${event.connections} of ${countOf(event.limit, 'connection')}${event.reason === undefined ? ' again' : `: ${event.reason}`}`,
  },
  'connector-trouble': {
    level: 'warn',
    means:
      'A connector met a fault of set-up (TLS, certificate, login, permission to relay) that somebody must put right; ' +
      'its mail waits. Written at the first failure, and again when the fault is another one; after a restart, where it concerns ' +
      'one domain and was not over.',
    fields: {
      connector,
      destination: 'Domain that alone is concerned; absent: the whole connector.',
      sender: 'Address of MAIL FROM whose mail alone meets it; absent: all mail of the connector.',
      host: 'Host and port of the next hop; empty where none was reached.',
      code: 'Stable word for the fault.',
      stage: 'Step of the conversation at which it was met.',
      text: 'What is wrong, and what would be right.',
    },
    say: (event) =>
      `connector ${event.connector}${event.destination ? ` to ${event.destination}` : ''}${event.sender === undefined ? '' : ` for ${event.sender}`} needs attention (${event.code}): ${event.text}`,
  },
  'connector-trouble-over': {
    level: 'info',
    means: 'A next hop took mail again after `connector-trouble`.',
    fields: {
      connector,
      destination: 'Domain that alone was concerned; absent: the whole connector.',
      sender: 'Address of MAIL FROM whose mail alone was concerned; absent: all mail of the connector.',
      code: 'The fault that is over.',
    },
    say: (event) =>
      `connector ${event.connector}${event.destination ? ` to ${event.destination}` : ''} works again (was ${event.code})`,
  },
  operator: {
    level: 'info',
    means: 'An operator acted.',
    fields: { id: 'What was acted on.', action: 'What was done.', by: 'Who.', result: 'What came of it.' },
    say: (event) => `${event.by}: ${event.action} ${event.id}: ${event.result}`,
    count: (metrics, event) => metrics.operatorActions.inc({ action: metrics.label('action', event.action) }),
  },
  'store-trouble': {
    level: 'error',
    means: 'The store is unwell or the disk nearly full; mail is answered 4yz until it recovers.',
    fields: { text: 'What is wrong.' },
    say: (event) => `store: ${event.text}`,
    count: (metrics) => metrics.storeTroubles.inc(),
  },
  'store-recovered': {
    level: 'info',
    means: 'The store is well again.',
    fields: {},
    say: () => 'store: well again',
  },
  'log-trouble': {
    level: 'warn',
    means:
      'A file or a collector of the log takes no lines. They wait in memory, within bounds; mail goes on.',
    fields: { output: 'Name of the output.', text: 'What is wrong.' },
    say: (event) => `log to ${event.output}: ${event.text}`,
  },
  'log-recovered': {
    level: 'warn',
    means: 'A file or a collector of the log takes lines again.',
    fields: {
      output: 'Name of the output.',
      lost: 'Lines that did not fit into memory meanwhile and are lost there.',
    },
    say: (event) => `log to ${event.output}: works again, ${countOf(event.lost, 'line')} lost`,
  },
  'doctor-run': {
    level: 'info',
    means: 'The doctor has run its checks, by itself once a day or because somebody asked.',
    fields: {
      by: 'Account that asked, or `daily`.',
      ms: 'Milliseconds that the run took.',
      ok: 'Findings that are well.',
      warn: 'Findings that are worth a look.',
      fail: 'Findings that stop mail, or will.',
      unknown: 'Findings that could not be found out.',
      changed: 'Findings that are `warn` or `fail` and were not so in the run before.',
    },
    say: (e) =>
      `the doctor found ${countOf(e.fail, 'failure')} and ${countOf(e.warn, 'warning')}${e.changed === '' ? '' : `; new: ${e.changed}`}`,
  },
  'alert-opened': {
    level: 'warn',
    means: 'A rule of [alerts.md](alerts.md) found something; once until it is over.',
    fields: {
      id: 'Id of the alert.',
      rule: 'Name of the rule.',
      subject: 'What it is about: a connector, a source, a quota, or the relay.',
      severity: '`warning` or `critical`.',
      text: 'What is the matter, with numbers.',
    },
    say: (event) => `alert ${event.rule} (${event.severity}): ${event.text}`,
    count: (metrics, event) => metrics.alertsOpened.inc({ rule: event.rule, severity: event.severity }),
  },
  'alert-closed': {
    level: 'info',
    means: 'What an alert told of is over.',
    fields: {
      id: 'Id of the alert.',
      rule: 'Name of the rule.',
      subject: 'What it was about.',
      openMs: 'How long it was open, in milliseconds.',
    },
    say: (event) => `alert ${event.rule} of ${event.subject} is over`,
  },
  'alert-not-sent': {
    level: 'error',
    means:
      'A channel did not take an alert. Written at the first try and when it is given up; others are still told.',
    fields: {
      id: 'Id of the alert.',
      channel: 'Name of the channel.',
      text: 'Why.',
      isGivenUp: 'True: it is not tried again.',
    },
    say: (event) =>
      `alert ${event.id} was not taken by ${event.channel}${event.isGivenUp ? ', and is given up' : ''}: ${event.text}`,
    count: (metrics, event) =>
      metrics.alertsNotSent.inc({ channel: metrics.label('channel', event.channel) }),
  },
  fault: {
    level: 'error',
    means: 'A fault of the program itself; please report it.',
    fields: { where: 'Part of the program.', text: 'Message of the error.', stack: 'Where it was raised.' },
    say: (event) => `fault in ${event.where}: ${event.text}`,
    count: (metrics, event) => metrics.faults.inc({ where: metrics.label('where', event.where) }),
  },
};

function refusedClients(event: EventOf<'refusals-suppressed'>): string {
  if (event.scope !== 'address') return event.scope === 'sources' ? 'known sources' : 'strangers';
  const who = event.source === undefined ? '' : `${event.source} at `;
  return `${who}${event.address ?? 'an unknown address'} (${event.of ?? 'any'})`;
}

function countSession(metrics: Metrics, event: EventOf<'session-ended'>): void {
  const name = { listener: metrics.label('listener', event.listener) };
  metrics.sessions.inc({ ...name, reason: metrics.label('session-reason', event.reason) });
  metrics.sessionsTls.inc({ ...name, tls: tlsLabel(event.tls) });
}

function countAttempt(metrics: Metrics, event: EventOf<'attempted'>): void {
  const name = metrics.label('connector', event.connector);
  metrics.attempts.inc({ connector: name });
  metrics.attemptReplies.inc({ connector: name, class: replyClass(event.reply) });
  // Where no next hop was reached there was nothing to protect.
  if (event.host !== '') metrics.attemptTls.inc({ connector: name, tls: tlsLabel(event.tls) });
  metrics.attemptSeconds.observe({ connector: name }, event.durationMs / 1000);
  for (const [result, recipients] of [
    ['relayed', event.relayed],
    ['deferred', event.deferred],
    ['failed', event.failed],
    ['in-doubt', event.inDoubt],
  ] as const) {
    if (recipients > 0) metrics.attemptResults.inc({ connector: name, result }, recipients);
  }
}

function outcomeWords(event: EventOf<'attempted'>): string {
  const words = [
    [event.relayed, 'relayed'],
    [event.deferred, 'deferred'],
    [event.failed, 'failed'],
    [event.inDoubt, 'in doubt'],
  ] as const;
  const said = words
    .filter(([recipients]) => recipients > 0)
    .map(([recipients, word]) => `${recipients} ${word}`);
  return said.length > 0 ? said.join(', ') : 'not tried';
}

function hostPort(place: { readonly address: string; readonly port: number }): string {
  return place.address.includes(':') ? `[${place.address}]:${place.port}` : `${place.address}:${place.port}`;
}
