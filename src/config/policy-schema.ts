/** `policy.yaml`: who may send, and how mail leaves. Descriptions feed the generated reference. */
import { z } from 'zod';
import { secret, tlsVersion } from './node-schema.ts';
import { count, duration, size } from './units.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dot, dash or underscore');
const date = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .describe('A date (valid through the end of that day, UTC) or an RFC 3339 time.');

/** Repairs that a source may need, by name. */
export const repairNames = [
  'bare-line-feeds',
  'missing-date',
  'missing-message-id',
  'missing-from',
  'missing-mime',
  'overlong-lines',
] as const;

/** Deviations from the protocol that a device may need, by name. */
export const quirkNames = [
  'space-after-colon',
  'missing-angle-brackets',
  'hello-without-domain',
  'auth-login-plain-prompts',
  'auth-in-clear',
] as const;

const network = z.union([
  z.string().min(1),
  z.strictObject({
    range: z.string().min(1).describe('Address or CIDR range.'),
    expires: date.optional(),
    note: z.string().max(500).optional(),
    dangerous: z.literal(true).optional().describe('Needed for a range wider than /16 (IPv4) or /32 (IPv6).'),
  }),
]);

const headerName = z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,76}$/, 'expected a header field name');
const addressPattern = z.string().min(1).max(320).describe('`user@domain`, `*@domain`, `*@*.domain` or `*`.');

const source = z.strictObject({
  name: name.describe('Name in trace, log and Received field.'),
  description: z.string().max(500).optional(),
  owner: z.string().optional().describe('Mail address of the person who hears of failures.'),
  networks: z.array(network).default([]).describe('Addresses that identify this source.'),
  dangerous: z.literal(true).optional().describe('The same word for all ranges of `networks`.'),
  login: z
    .strictObject({
      username: z.string().min(1).max(255),
      password: z
        .string()
        .startsWith('$', 'expected the line that "relay365 source password" prints, not the password itself')
        .describe('Hash made by `relay365 source password`; never the password itself.'),
    })
    .optional(),
  certificate: z
    .union([
      z.strictObject({
        fingerprint: z
          .union([z.string(), z.array(z.string()).min(1)])
          .describe('`sha256:` and 64 hexadecimal digits, colons allowed.'),
      }),
      z.strictObject({
        subject: z
          .string()
          .min(1)
          .describe('`CN=host` or a DNS name of the subjectAltName, under `tls.clientCa`.'),
      }),
    ])
    .optional(),
  require: z
    .array(z.enum(['network', 'login', 'certificate']))
    .min(1)
    .optional()
    .describe('All of these must hold; absent: any one identifies.'),
  requireTls: z.boolean().default(false).describe('Refuse mail that does not come over TLS.'),
  expires: date.optional(),
  listeners: z.array(z.string()).optional().describe('Listeners on which this source is known; absent: all.'),
  senders: z
    .array(addressPattern)
    .default([])
    .describe('Envelope senders and header From addresses this source may use. None: it may send nothing.'),
  nullSender: z.boolean().default(false).describe('May send with the null reverse-path `<>`.'),
  headerFrom: z
    .enum(['senders', 'any'])
    .default('senders')
    .describe('`senders`: the header From must match `senders` too; `any`: it is not looked at.'),
  recipients: z.array(addressPattern).default(['*']).describe('Recipients this source may write to.'),
  priority: z.enum(['priority', 'normal', 'bulk']).default('normal'),
  limits: z
    .strictObject({
      messageBytes: size.optional(),
      recipientsPerMessage: count.optional(),
      messagesPerMinute: count.optional(),
      messagesPerDay: count.optional(),
      connections: count.optional(),
    })
    .prefault({}),
  repair: z.array(z.enum(repairNames)).default([]).describe('Repairs of malformed content.'),
  quirks: z
    .array(z.enum(quirkNames))
    .default([])
    .describe('Deviations from the protocol to put up with; known by address only, before anything else is.'),
  rewrite: z
    .strictObject({
      sender: z.string().optional().describe('Envelope sender to use instead.'),
      from: z.string().optional().describe('Header From address to use instead; the display name stays.'),
      keepFrom: z
        .enum(['reply-to', 'x-original-from'])
        .default('reply-to')
        .describe('Where the original From goes.'),
      recipients: z.string().optional().describe('Send everything to this address instead, for tests.'),
      addHeaders: z.array(z.strictObject({ name: headerName, value: z.string().max(900) })).default([]),
      removeHeaders: z.array(headerName).default([]),
    })
    .optional(),
});

const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/, 'expected host, host:port or [IPv6]:port');

const smartHostRoute = z.strictObject({
  type: z.literal('smart-host'),
  hosts: z.array(hostPort).min(1).describe('Tried in order; port 25 where none is named.'),
  login: z.strictObject({ username: z.string().min(1), password: secret }).optional(),
});

const mxRoute = z.strictObject({
  type: z.literal('mx'),
  port: z.int().min(1).max(65_535).default(25),
  nameservers: z.array(z.string()).optional().describe('DNS servers to ask instead of the system’s.'),
});

const connector = z.strictObject({
  name: name.describe('Name in trace, log and `fallback`.'),
  addressSpaces: z
    .array(z.strictObject({ pattern: z.string().min(1), cost: z.int().min(1).max(1000).default(10) }))
    .min(1)
    .default([{ pattern: '*', cost: 10 }])
    .describe(
      'Recipient domains: `domain`, `*.domain` or `*`. The most specific wins, then the lowest cost.',
    ),
  sources: z.array(z.string()).default(['*']).describe('Names of the sources that may use it.'),
  senders: z
    .array(addressPattern)
    .default(['*'])
    .describe('Envelope senders that may use it; `<>` is the null sender.'),
  route: z.discriminatedUnion('type', [smartHostRoute, mxRoute]),
  tls: z
    .enum(['off', 'opportunistic', 'required'])
    .default('required')
    .describe('`required`: verified TLS or no delivery.'),
  implicitTls: z.boolean().default(false).describe('TLS from the first byte (port 465).'),
  minimumTls: tlsVersion.default('1.2'),
  serverName: z
    .string()
    .optional()
    .describe('Name that the certificate must bear, where it is not the host’s.'),
  ca: z.string().optional().describe('PEM file of roots instead of the system’s.'),
  pin: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('`sha256:` fingerprint of the only certificate accepted.'),
  certificate: z.string().optional().describe('Client certificate chain, PEM.'),
  key: z.string().optional().describe('Key of `certificate`, PEM.'),
  ipVersion: z.enum(['any', '4', '6']).default('any').describe('Addresses of the next hop to use.'),
  sourceAddress: z.union([z.ipv4(), z.ipv6()]).optional().describe('Local address to connect from.'),
  heloName: z.string().optional().describe('EHLO name; absent: `hostname`.'),
  limits: z
    .strictObject({
      connections: count.default(4).describe('Connections at a time.'),
      messagesPerConnection: count.default(50),
      messagesPerMinute: count.optional(),
      recipientsPerMessage: count.default(100),
      messageBytes: size.optional(),
      idle: duration.prefault('60s').describe('An unused connection is closed after this.'),
      age: duration.prefault('9m').describe('A connection is not used beyond this age.'),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      connect: duration.prefault('30s'),
      command: duration.prefault('5m').describe('RFC 5321 4.5.3.2 asks for 5 minutes.'),
      content: duration.prefault('10m').describe('Reply to the end of the content: RFC 5321 4.5.3.2.6.'),
    })
    .prefault({}),
  retry: z
    .strictObject({
      initial: duration.prefault('1m'),
      maximum: duration.prefault('30m').describe('Bound of every pause that the relay chooses by itself.'),
      expireAfter: duration.prefault('2d'),
      delayNoticeAfter: duration.prefault('4h'),
    })
    .prefault({}),
  fallback: z.string().optional().describe('Connector to use when this one cannot deliver.'),
  suspended: z.boolean().default(false).describe('Hold mail instead of sending it.'),
});

export const policySchema = z.strictObject({
  tenant: z
    .strictObject({
      domain: z.string(),
      acceptedDomains: z.array(z.string()).default([]),
      cloud: z.enum(['worldwide', 'gcc-high', 'dod', 'china']).default('worldwide'),
    })
    .optional(),
  sources: z.array(source).default([]),
  connectors: z.array(connector).default([]),
});

export type PolicyDocument = z.output<typeof policySchema>;
export type SourceConfig = PolicyDocument['sources'][number];
export type ConnectorConfig = PolicyDocument['connectors'][number];
export type SmartHostRoute = z.output<typeof smartHostRoute>;
export type MxRoute = z.output<typeof mxRoute>;
export type RepairName = (typeof repairNames)[number];
export type QuirkName = (typeof quirkNames)[number];
