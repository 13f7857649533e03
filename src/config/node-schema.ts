/**
 * `relay365.yaml`: what one node is. Every key has its description here; the reference page and the
 * JSON Schema are generated from it.
 */
import { z } from 'zod';
import { consoleSchema } from './console-schema.ts';
import { alertsSchema } from './alerts-schema.ts';
import { backup, reminders, retention, review } from './keeping-schema.ts';
import { logSchema, w3cLogSchema } from './log-schema.ts';
import { secret } from './secret-schema.ts';
import { spfSchema } from './spf-schema.ts';
import { tracingSchema } from './tracing-schema.ts';
import { count, duration, port, size } from './units.ts';

export type { Secret } from './secret-schema.ts';
export { secret } from './secret-schema.ts';

export const tlsVersion = z.enum(['1.0', '1.1', '1.2', '1.3']);

const hostName = z
  .string('expected a host name such as relay.contoso.com')
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*$/,
    'expected a host name such as relay.contoso.com',
  );

const secretReference = z.union([
  z.strictObject({
    env: z.string().min(1).describe('Name of the environment variable that holds the key.'),
  }),
  z.strictObject({
    file: z.string().min(1).describe('File that holds the key.'),
  }),
]);

const limits = z
  .strictObject({
    connections: count.default(1000).describe('Open connections at a time; one more is answered 421.'),
    connectionsPerAddress: count
      .default(50)
      .describe('Open connections at a time from one address; one more is answered 421.'),
    messageBytes: size
      .prefault('150 MiB')
      .describe('Octets of one message; announced as SIZE, more is answered 552.'),
    headerBytes: size.prefault('256 KiB').describe('Octets of the header section; more is answered 552.'),
    recipients: z
      .int()
      .min(100, 'RFC 5321 4.5.3.1.8 asks for at least 100')
      .default(500)
      .describe('Recipients of one message; one more is answered 452.'),
    lineBytes: z
      .int()
      .min(512, 'RFC 5321 4.5.3.1.4 asks for at least 512')
      .default(2048)
      .describe('Octets of one command line; more is answered 500 and counts as an error.'),
    commands: count.default(10_000).describe('Commands in one connection; then 421.'),
    errors: count.default(10).describe('Refused or malformed commands in one connection; then 421.'),
    messagesPerConnection: count
      .default(1000)
      .describe('Messages in one connection; announced as LIMITS MAILMAX, then 421.'),
    idle: duration.prefault('5m').describe('Time without a byte from the client; then 421.'),
    transaction: duration.prefault('30m').describe('Time from MAIL to the end of the content; then 421.'),
    tlsHandshake: duration
      .prefault('30s')
      .describe('Time for a TLS handshake; then the connection is closed.'),
    bytesInFlight: size
      .prefault('64 MiB')
      .describe(
        'Octets of content in memory that are not yet stored, all connections together; beyond it sockets are not read.',
      ),
  })
  .prefault({});

export const listener = z.strictObject({
  name: z
    .string('expected a name of letters, digits, dot, dash or underscore')
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, dot, dash or underscore')
    .describe('Name in logs, trace and policy.'),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe('Address to listen on; `0.0.0.0` and `::` are all of the machine.'),
  port: port.describe('TCP port; 0 lets the system choose one.'),
  tls: z
    .enum(['off', 'starttls', 'implicit'])
    .default('starttls')
    .describe('`off`: never; `starttls`: offered; `implicit`: from the first byte.'),
  minimumTls: tlsVersion
    .default('1.2')
    .describe(
      'Oldest TLS version accepted. `1.0` and `1.1` lower the OpenSSL security level of this listener alone.',
    ),
  proxyProtocol: z
    .array(z.string())
    .default([])
    .describe('Networks of load balancers that must send a PROXY header (version 1 or 2).'),
  authWithoutTls: z
    .boolean()
    .default(false)
    .describe('Offer AUTH without TLS: passwords cross the network in clear.'),
  spf: spfSchema
    .optional()
    .describe(
      'Ask SPF (RFC 7208) of the envelope sender of every source that is known here by login or certificate alone; an address of `networks` supersedes it, and `spf` of a source goes before this. Absent: asked for sources that say so.',
    ),
  limits: limits.describe('What one client, and all of them together, may use of this listener.'),
});

export const nodeSchema = z.strictObject({
  hostname: hostName.describe('Name in banner, EHLO and Received.'),
  data: z
    .string()
    .min(1)
    .default('./data')
    .describe('Directory for the embedded store, generated keys and the pid file.'),
  store: z
    .union([
      z.enum(['sqlite', 'memory']),
      z.strictObject({ postgres: secret.describe('Connection string; not available in this version.') }),
    ])
    .default('sqlite')
    .describe('`sqlite` keeps mail in the data directory. `memory` loses it at stop and is for tests.'),
  minimumFree: size
    .prefault('256 MiB')
    .describe('Octets that must stay free on the disk of the data directory; below it mail is answered 452.'),
  egress: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(100)
    .default([])
    .describe(
      'Public addresses from which this relay reaches the outside, as the inbound connector and the SPF record list them; the doctor holds what next hops see against them.',
    ),
  listeners: z.array(listener).min(1).describe('Where clients connect.'),
  tls: z
    .strictObject({
      certificate: z
        .union([z.string(), z.array(z.string()).min(1)])
        .optional()
        .describe('PEM file with the chain; a list of an RSA and an ECDSA file serves both kinds of client.'),
      key: z
        .union([z.string(), z.array(z.string()).min(1)])
        .optional()
        .describe('PEM file with the key; a list in the order of `certificate`.'),
      clientCa: z
        .string()
        .optional()
        .describe('PEM file of CAs whose client certificates may identify a source.'),
    })
    .optional()
    .describe('Identity of the listeners; absent: a self-signed one is made in the data directory.'),
  log: logSchema,
  w3cLog: w3cLogSchema.optional(),
  tracing: tracingSchema.optional(),
  console: consoleSchema,
  alerts: alertsSchema,
  policy: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      'Path of the policy, or the policy itself; absent: managed through the admin API and kept in the store.',
    ),
  secretsKey: secretReference
    .optional()
    .describe(
      'Key that encrypts secrets in the store and authenticates the audit log: 32 octets in base64, and below it older keys; absent: `secrets.key` in the data directory, made at the first start.',
    ),
  shutdown: z
    .strictObject({
      drain: duration.prefault('30s').describe('Time that sessions and deliveries get at SIGTERM.'),
    })
    .prefault({})
    .describe('How the relay stops.'),
  logins: z
    .strictObject({
      failures: count
        .default(5)
        .describe('Failed logins of one address or one user before it is locked out.'),
      lockout: duration.prefault('15m').describe('Length of a lock-out.'),
    })
    .prefault({})
    .describe('What failed logins lead to.'),
  retention,
  backup,
  reminders,
  review,
});

export type NodeConfig = z.output<typeof nodeSchema>;
export type ListenerConfig = z.output<typeof listener>;
