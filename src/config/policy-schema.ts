/** `policy.yaml`: who may send, and how mail leaves. Descriptions feed the generated reference. */
import { z } from 'zod';
import { secret, tlsVersion } from './node-schema.ts';
import { withDefaults } from './route-defaults.ts';
import { exchangeOnlineRoute, graphRoute, smtpSubmissionRoute } from './route-schema.ts';
import { between, count, duration, size } from './units.ts';

const name = z
  .string('expected a name of letters, digits, dot, dash or underscore')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dot, dash or underscore');
const dateText = 'A date (valid through the end of that day, UTC) or an RFC 3339 time.';
const date = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

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
    expires: date.optional().describe(`End of this entry. ${dateText}`),
    note: z.string().max(500).optional().describe('For people; shown in explanations.'),
    dangerous: z.literal(true).optional().describe('Needed for a range wider than /16 (IPv4) or /32 (IPv6).'),
  }),
]);

const headerName = z.string().regex(/^[\x21-\x39\x3b-\x7e]{1,76}$/, 'expected a header field name');
const addressPattern = z.string().min(1).max(320).describe('`user@domain`, `*@domain`, `*@*.domain` or `*`.');

const source = z.strictObject({
  name: name.describe('Name in trace, log and Received field.'),
  description: z.string().max(500).optional().describe('For people.'),
  owner: z.string().optional().describe('Mail address of the person who hears of failures.'),
  networks: z.array(network).default([]).describe('Addresses that identify this source.'),
  dangerous: z.literal(true).optional().describe('The same word for all ranges of `networks`.'),
  login: z
    .strictObject({
      username: z.string().min(1).max(255).describe('Compared exactly, case included.'),
      password: z
        .string()
        .startsWith('$', 'expected the line that "relay365 source password" prints, not the password itself')
        .describe('Hash made by `relay365 source password`; never the password itself.'),
    })
    .optional()
    .describe('User name and password that identify this source.'),
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
    .optional()
    .describe('Client certificate that identifies this source.'),
  require: z
    .array(z.enum(['network', 'login', 'certificate']))
    .min(1)
    .optional()
    .describe('All of these must hold; absent: any one identifies.'),
  requireTls: z.boolean().default(false).describe('Refuse mail that does not come over TLS.'),
  expires: date.optional().describe(`End of the source. ${dateText}`),
  listeners: z.array(z.string()).optional().describe('Listeners on which this source is known; absent: all.'),
  senders: z
    .array(addressPattern)
    .default([])
    .describe('Envelope senders and header From addresses this source may use. None: it may send nothing.'),
  nullSender: z.boolean().default(false).describe('May send with the null reverse-path `<>`.'),
  headerFrom: z
    .enum(['senders', 'any'])
    .default('senders')
    .describe('`senders`: every address of the header From must match `senders` too; `any`: any will do.'),
  recipients: z.array(addressPattern).default(['*']).describe('Recipients this source may write to.'),
  priority: z
    .enum(['priority', 'normal', 'bulk'])
    .default('normal')
    .describe('`priority` passes waiting mail of the others, `bulk` waits behind it.'),
  limits: z
    .strictObject({
      messageBytes: size
        .optional()
        .describe('Octets of one message; more is answered 552. Absent: what the listener permits.'),
      recipientsPerMessage: count
        .optional()
        .describe('One more is answered 452. Absent: what the listener permits.'),
      messagesPerMinute: count.optional().describe('In any 60 seconds; one more is answered 451.'),
      messagesPerDay: count.optional().describe('In any 24 hours; one more is answered 451.'),
      connections: count.optional().describe('Open connections at a time; one more is answered 421.'),
    })
    .prefault({})
    .describe('What this source may use.'),
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
      addHeaders: z
        .array(
          z.strictObject({
            name: headerName.describe('Name of the header field.'),
            value: z.string().max(900).describe('One line of text.'),
          }),
        )
        .default([])
        .describe('Header fields to add.'),
      removeHeaders: z.array(headerName).default([]).describe('Names of header fields to remove.'),
    })
    .optional()
    .describe('Changes to envelope and header; each is recorded in the trace.'),
});

const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/, 'expected host, host:port or [IPv6]:port');

const smartHostRoute = z.strictObject({
  type: z.literal('smart-host').describe('Any SMTP server.'),
  hosts: z.array(hostPort).min(1).describe('Tried in order; port 25 where none is named.'),
  login: z
    .strictObject({
      username: z.string().min(1).describe('User name at the next hop.'),
      password: secret.describe('Its password: `{ env: NAME }`, `{ file: PATH }`, or the value itself.'),
    })
    .optional()
    .describe('Login at the next hop.'),
});

const mxRoute = z.strictObject({
  type: z.literal('mx').describe('Direct delivery by DNS.'),
  port: between(1, 65_535, 'a port').default(25).describe('TCP port of the mail exchangers.'),
  nameservers: z.array(z.string()).optional().describe('DNS servers to ask instead of the system’s.'),
});

const connector = z.strictObject({
  name: name.describe('Name in trace, log and `fallback`.'),
  addressSpaces: z
    .array(
      z.strictObject({
        pattern: z.string().min(1).max(255).describe('`domain`, `*.domain` or `*`.'),
        cost: between(1, 1000, 'a cost').default(10).describe('Of equal patterns the cheapest wins.'),
      }),
    )
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
  route: z
    .discriminatedUnion('type', [
      exchangeOnlineRoute,
      smtpSubmissionRoute,
      graphRoute,
      smartHostRoute,
      mxRoute,
    ])
    .describe('Where mail goes.'),
  tls: z
    .enum(['off', 'opportunistic', 'required'])
    .default('required')
    .describe('`required`: verified TLS or no delivery.'),
  implicitTls: z.boolean().default(false).describe('TLS from the first byte (port 465).'),
  minimumTls: tlsVersion.default('1.2').describe('Oldest TLS version accepted from the next hop.'),
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
      connections: count
        .optional()
        .describe('Connections (`graph`: requests) at a time. Absent: 4, for `smtp-submission` 2.'),
      messagesPerConnection: count.default(50).describe('Then a new connection is made.'),
      messagesPerMinute: count
        .optional()
        .describe(
          'Mail beyond it waits. Absent: no bound; 30 for a mailbox of Exchange Online (`smtp-submission`, `graph`) and for Azure Communication Services.',
        ),
      recipientsPerMessage: count
        .optional()
        .describe(
          'More go in further transactions. Absent: 100; 500 for `graph`; 50 for High Volume Email and Azure Communication Services.',
        ),
      messageBytes: size
        .optional()
        .describe(
          'A larger message is not sent this way. Absent: no bound; 2.2 MB for `graph`, 10 MB for High Volume Email and Azure Communication Services.',
        ),
      recipientsPerDay: count
        .optional()
        .describe(
          'Of the mailbox in any 24 hours; mail beyond it waits. Absent: 10,000 for a mailbox of Exchange Online (`smtp-submission`, `graph`).',
        ),
      externalRecipientsPerDay: count
        .optional()
        .describe(
          'Outside the accepted domains, of the whole tenant in any 24 hours; mail beyond it waits. Absent: by `tenant.licences`.',
        ),
      idle: duration.prefault('60s').describe('An unused connection is closed after this.'),
      age: duration.prefault('9m').describe('A connection is not used beyond this age.'),
    })
    .prefault({})
    .describe('What this connector may use of the next hop.'),
  timeouts: z
    .strictObject({
      connect: duration.prefault('30s').describe('Time to open a connection to one address.'),
      command: duration.prefault('5m').describe('RFC 5321 4.5.3.2 asks for 5 minutes.'),
      content: duration.prefault('10m').describe('Reply to the end of the content: RFC 5321 4.5.3.2.6.'),
    })
    .prefault({})
    .describe('How long to wait for the next hop.'),
  retry: z
    .strictObject({
      initial: duration.prefault('1m').describe('First pause; each further one is longer.'),
      maximum: duration.prefault('30m').describe('Bound of every pause that the relay chooses by itself.'),
      expireAfter: duration.prefault('2d').describe('Then the message is given back to its sender.'),
      delayNoticeAfter: duration.prefault('4h').describe('Then the sender hears that it is still waiting.'),
    })
    .prefault({})
    .describe('When to try again, and when to give up.'),
  fallback: z.string().optional().describe('Connector to use when this one cannot deliver.'),
  suspended: z.boolean().default(false).describe('Hold mail instead of sending it.'),
});

const policyShape = z.strictObject({
  tenant: z
    .strictObject({
      domain: z.string().min(1).max(255).describe('Main domain of the tenant.'),
      acceptedDomains: z.array(z.string()).default([]).describe('Domains for which the tenant takes mail.'),
      cloud: z
        .enum(['worldwide', 'gcc-high', 'dod', 'china'])
        .default('worldwide')
        .describe('Microsoft’s cloud that the tenant is in.'),
      licences: count
        .optional()
        .describe(
          'Licences that may send mail. They decide how many external recipients a tenant may have in 24 hours; absent: that is not kept.',
        ),
    })
    .optional()
    .describe('The Microsoft 365 tenant that this relay serves.'),
  sources: z.array(source).default([]).describe('Who may send; nobody else may.'),
  connectors: z.array(connector).default([]).describe('How mail leaves.'),
});

/** As a person writes it; what comes out has the defaults of each route, and what its route needs to know of the tenant. */
export const policySchema = policyShape.transform(withDefaults);

export type PolicyDocument = z.output<typeof policySchema>;
export type SourceConfig = PolicyDocument['sources'][number];
export type ConnectorConfig = PolicyDocument['connectors'][number];
export type RouteConfig = ConnectorConfig['route'];
export type SmartHostRoute = z.output<typeof smartHostRoute>;
export type MxRoute = z.output<typeof mxRoute>;
export type RepairName = (typeof repairNames)[number];
export type QuirkName = (typeof quirkNames)[number];
