/** `alerts` of relay365.yaml: who hears of trouble, how, and from when on it is trouble. */
import { z } from 'zod';
import type { RuleSetting } from './alert-rules.ts';
import { ruleSettings, severities } from './alert-rules.ts';
import { httpProxy, httpProxyLogin } from './http-proxy-schema.ts';
import { secret } from './secret-schema.ts';
import { between, count, duration, enterpriseNumber, size } from './units.ts';

const name = z
  .string('expected a name of letters, digits, dot, dash or underscore')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dot, dash or underscore');

const reach = z
  .enum(['internet', 'private', 'loopback'])
  .default('internet')
  .describe(
    'Where the URL may lead: `internet`: public addresses only; `private`: also private ones (RFC 1918, RFC 4193); `loopback`: also this machine. Link-local addresses and those of cloud metadata services are never asked.',
  );

const common = {
  name: name.describe('Name in the API and in the log.'),
  severity: z.enum(severities).default('warning').describe('Least severity that is sent there.'),
  rules: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Rules whose alerts are sent there; absent: all of them.'),
};

const url = secret.describe(
  'URL, which often is a secret itself: `{ env: NAME }`, `{ file: PATH }`, or the value. `http` only with `reach: private` or `loopback`.',
);
const ca = z
  .string()
  .min(1)
  .optional()
  .describe('PEM file of the roots that the certificate must lead to; absent: those of the system.');

const proxied = {
  proxy: httpProxy
    .optional()
    .describe(
      "HTTP proxy through which the URL is asked, by CONNECT. It resolves the name, so where it leads is the proxy's to judge; an address in the URL is judged all the same.",
    ),
  proxyLogin: httpProxyLogin,
};

const webhook = z
  .strictObject({
    ...common,
    type: z.literal('webhook').describe('A POST to a URL.'),
    format: z
      .enum(['json', 'teams', 'slack'])
      .default('json')
      .describe(
        '`json`: the alert as one object; `teams`: an adaptive card for a Teams workflow; `slack`: a message for an incoming webhook of Slack.',
      ),
    url,
    token: secret.optional().describe('Sent as `Authorization: Bearer`.'),
    reach,
    ca,
    ...proxied,
  })
  .describe('Posts each alert to a URL.');

const mail = z
  .strictObject({
    ...common,
    type: z.literal('mail').describe('A mail past the queue.'),
    from: z.email('expected an address such as relay@contoso.com').describe('Sender of the mail.'),
    to: z
      .array(z.email('expected an address such as it@contoso.com'))
      .min(1)
      .max(20)
      .describe('Who gets the mail.'),
    connectors: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Connectors to send by, the first that works; absent: any of the policy. One that the alert is about is never used, and the queue is not used either.',
      ),
  })
  .describe('Sends each alert as mail, past the queue.');

const syslog = z
  .strictObject({
    ...common,
    type: z.literal('syslog').describe('A message to a syslog collector.'),
    host: z.string().min(1).describe('Name or address of the collector.'),
    port: between(1, 65_535, 'a port').optional().describe('Absent: 514, with TLS 6514.'),
    transport: z
      .enum(['udp', 'tcp', 'tls'])
      .default('udp')
      .describe('RFC 5426, RFC 6587 (octet counting), RFC 5425.'),
    facility: between(0, 23, 'a facility').default(16).describe('RFC 5424 6.2.1; 16 is `local0`.'),
    enterprise: enterpriseNumber,
    ca,
  })
  .describe('Sends each alert as a syslog message (RFC 5424).');

const heartbeat = z
  .strictObject({
    url,
    every: duration.prefault('5m').describe('Time between two; the other side alarms when they stay away.'),
    method: z.enum(['GET', 'POST']).default('POST').describe('How the URL is asked.'),
    reach,
    ca,
    ...proxied,
  })
  .describe('A sign of life: stops when the relay hangs, so that whoever counts on it alarms.');

const schemaOf = (setting: RuleSetting): z.ZodType<number> => {
  const written = setting.default;
  const made = (): z.ZodType<number> => {
    switch (setting.unit) {
      case 'time':
        return duration.prefault(String(written));
      case 'size':
        return size.prefault(String(written));
      case 'percent':
        return between(1, 100, 'a percentage').default(Number(written));
      case 'times':
        return z.number().min(1).max(1000).default(Number(written));
      case 'count':
        return count.default(Number(written));
      default:
        return setting.unit satisfies never;
    }
  };
  return made().describe(setting.means);
};

type RuleShapes = {
  readonly [R in keyof typeof ruleSettings]: z.ZodType<
    { [S in keyof (typeof ruleSettings)[R]]: number } & {
      enabled: boolean;
      severity?: (typeof severities)[number] | undefined;
      coolDown: number;
    } & (R extends 'source-silent' ? { sources: Record<string, number> } : unknown)
  >;
};

const ofSources = {
  sources: z
    .record(z.string(), duration)
    .default({})
    .describe('By name of a source: the time without mail that is an alert, whatever it usually does.'),
};

/** One object for each rule, with the settings of the table. */
const rules = Object.fromEntries(
  Object.entries(ruleSettings).map(([id, settings]) => [
    id,
    z
      .strictObject({
        enabled: z.boolean().default(true).describe('False: the rule is not looked at.'),
        severity: z
          .enum(severities)
          .optional()
          .describe('Instead of the severity that the rule gives by itself.'),
        coolDown: duration
          .prefault('30m')
          .describe('After an alert of the same subject was closed, it is not sent again for so long.'),
        ...Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, schemaOf(setting)])),
        ...(id === 'source-silent' ? ofSources : {}),
      })
      .prefault({})
      .describe(`The rule \`${id}\` ([alerts.md](alerts.md#${id})).`),
  ]),
) as unknown as RuleShapes;

export const alertsSchema = z
  .strictObject({
    channels: z
      .array(z.discriminatedUnion('type', [webhook, mail, syslog]))
      .max(20)
      .default([])
      .describe('Who hears of an alert; none: console, API and log alone show it.'),
    heartbeat: heartbeat.optional(),
    rules: z
      .strictObject(rules)
      .prefault({} as never)
      .describe('Thresholds; every rule works without any.'),
  })
  .prefault({})
  .describe('Alerts: what is watched, and who hears of it ([alerts.md](alerts.md)).');

export type AlertsConfig = z.output<typeof alertsSchema>;
export type ChannelConfig = AlertsConfig['channels'][number];
export type WebhookConfig = Extract<ChannelConfig, { type: 'webhook' }>;
export type MailChannelConfig = Extract<ChannelConfig, { type: 'mail' }>;
export type SyslogChannelConfig = Extract<ChannelConfig, { type: 'syslog' }>;
export type HeartbeatConfig = NonNullable<AlertsConfig['heartbeat']>;
export type RulesConfig = AlertsConfig['rules'];
/** The schema of one rule alone, for what the API changes. */
export const ruleSchemas = rules;
