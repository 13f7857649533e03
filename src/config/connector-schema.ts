/** `connectors` of `policy.yaml`: how mail leaves. Descriptions feed the generated reference. */
import { z } from 'zod';
import { httpProxy, httpProxyLogin } from './http-proxy-schema.ts';
import { secret, tlsVersion } from './node-schema.ts';
import { addressPattern, name } from './policy-names.ts';
import {
  exchangeOnlineRoute,
  graphRoute,
  secretEnd,
  secretEndText,
  smtpSubmissionRoute,
} from './route-schema.ts';
import { between, count, duration, size } from './units.ts';

const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/, 'expected host, host:port or [IPv6]:port');

export const smartHostRoute = z.strictObject({
  type: z.literal('smart-host').describe('Any SMTP server.'),
  hosts: z.array(hostPort).min(1).describe('Tried in order; port 25 where none is named.'),
  login: z
    .strictObject({
      username: z.string().min(1).describe('User name at the next hop.'),
      password: secret.describe('Its password: `{ env: NAME }`, `{ file: PATH }`, or the value itself.'),
      secretExpires: secretEnd.optional().describe(`End of the password: ${secretEndText}`),
    })
    .optional()
    .describe('Login at the next hop.'),
});

export const mxRoute = z.strictObject({
  type: z.literal('mx').describe('Direct delivery by DNS.'),
  port: between(1, 65_535, 'a port').default(25).describe('TCP port of the mail exchangers.'),
  nameservers: z.array(z.string()).optional().describe('DNS servers to ask instead of the system’s.'),
});

/** One entry of `connectors`. */
export const connector = z.strictObject({
  name: name.describe('Name in trace, log and `fallback`.'),
  owner: z
    .string()
    .max(320)
    .optional()
    .describe('Mail address of the person who is reminded of what ends about it.'),
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
    .describe(
      'Envelope senders that may use it; `<>` is the null sender. Senders of another tenant only where a pattern names their domain.',
    ),
  recipients: z
    .enum(['any', 'internal', 'external'])
    .default('any')
    .describe('`internal`: recipients in the accepted domains of its tenant only; `external`: all others.'),
  messageBytes: z
    .strictObject({
      atLeast: size.optional().describe('Octets; a smaller message goes another way.'),
      atMost: size.optional().describe('Octets; a larger message goes another way.'),
    })
    .optional()
    .describe(
      'Size of the messages that use it. What `limits.messageBytes` does not allow goes another way too.',
    ),
  tenant: name
    .optional()
    .describe(
      'Name of an entry of `tenants`. Needed for a route into Microsoft 365 where there are several.',
    ),
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
  proxy: httpProxy
    .optional()
    .describe(
      'HTTP proxy for Graph and the token endpoint, which are reached through it by CONNECT; never for SMTP or a managed identity.',
    ),
  proxyLogin: httpProxyLogin,
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
          'Outside the accepted domains, of the whole tenant in any 24 hours; mail beyond it waits. Absent: by `licences` of the tenant.',
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
  fallback: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'Connector, or connectors in their order, to use when this one cannot deliver. Their own fallbacks follow.',
    ),
  allowLessSecureFallback: z
    .boolean()
    .default(false)
    .describe(
      'Permits fallbacks with less TLS than this connector, and such that do not say whose mail it is where this one does (by login, certificate or tenant). False: such a fallback is a fault.',
    ),
  suspended: z.boolean().default(false).describe('Hold mail instead of sending it.'),
});

/** Names in `fallback`, in their order. */
export function fallbacksOf(config: {
  readonly fallback?: string | readonly string[] | undefined;
}): readonly string[] {
  const { fallback } = config;
  if (fallback === undefined) return [];
  return typeof fallback === 'string' ? [fallback] : fallback;
}
