/**
 * Which rules there are for alerts, and what may be set of each: the schema of `alerts.rules`, the API and docs/alerts.md
 * come from this table. What a rule looks at stands in src/alerts.
 */

export type SettingUnit = 'time' | 'size' | 'percent' | 'count' | 'times';

export interface RuleSetting {
  readonly unit: SettingUnit;
  /** As it is written in the configuration. */
  readonly default: string | number;
  /** A sentence for the reference. */
  readonly means: string;
}

export const severities = ['warning', 'critical'] as const;
export type AlertSeverity = (typeof severities)[number];

const time = (written: string, means: string) => ({ unit: 'time', default: written, means }) as const;
const size = (written: string, means: string) => ({ unit: 'size', default: written, means }) as const;
const percent = (value: number, means: string) => ({ unit: 'percent', default: value, means }) as const;
const number = (value: number, means: string) => ({ unit: 'count', default: value, means }) as const;
const times = (value: number, means: string) => ({ unit: 'times', default: value, means }) as const;

export const ruleSettings = {
  'queue-age': {
    olderThan: time('30m', 'Age of the oldest message that waits and is not held.'),
    criticalAfter: time('4h', 'From this age on the alert is critical.'),
  },
  'failure-rate': {
    percent: percent(20, 'Share of messages of the last hour that failed or expired.'),
    messages: number(20, 'Messages that must have ended in that hour; fewer say nothing.'),
  },
  'connector-suspended': {
    after: time('1m', 'So long a connector must have been suspended.'),
  },
  'connector-trouble': {},
  'source-silent': {
    silentFor: time(
      '26h',
      'Time without mail of a source that sends every day, or every working day; days on which it never sends are not counted.',
    ),
    days: number(5, 'Days with mail that must have been seen before a silence says anything.'),
  },
  'unauthorised-attempts': {
    times: times(4, 'So many times the usual busiest hour.'),
    attempts: number(100, 'Attempts within an hour below which nothing is said.'),
  },
  'address-blocked': {},
  'disk-low': {
    freeBelow: size('1 GiB', 'Octets free on the disk of the data directory.'),
    fullWithin: time('24h', 'The disk is full by then if it goes on to fill as in the last hours.'),
  },
  expiring: {
    within: time('14d', 'So long before the end of a certificate, a secret or a sign-in.'),
    criticalWithin: time('2d', 'From here on the alert is critical.'),
  },
  'permission-expiring': {
    within: time('14d', 'So long before the end of a source or of an entry of its allow-list.'),
    criticalWithin: time('2d', 'From here on the alert is critical.'),
  },
  'quota-low': {
    percent: percent(80, 'Share of a quota of mailbox, application or tenant that is used.'),
    criticalPercent: percent(95, 'From here on the alert is critical.'),
  },
  'store-unhealthy': {},
  'policy-refused': {},
  'listener-down': {
    after: time('2m', 'So long a listener must have been without a greeting.'),
  },
  'relay-unwell': {
    after: time('3m', 'So long event loop, memory or clock must have been unwell.'),
  },
} as const satisfies Record<string, Readonly<Record<string, RuleSetting>>>;

export type RuleId = keyof typeof ruleSettings;
export const ruleIds = Object.keys(ruleSettings) as RuleId[];

/** Values in milliseconds, octets, percent or numbers. */
export type SettingsOf<R extends RuleId> = { readonly [S in keyof (typeof ruleSettings)[R]]: number };
