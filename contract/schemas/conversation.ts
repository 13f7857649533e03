/** Conversations held to see what a listener or a next hop says, step by step. */
import { z } from 'zod';
import { moment, objectName, ref } from './common.ts';

const address = z.string().max(320);
const port = z.int().min(1).max(65_535);

const asSource = z.object({
  kind: z.literal('listener').describe('This relay, as a client would meet it.'),
  listener: z.string().max(63).optional().describe('Absent: the first.'),
  address: z.union([z.ipv4(), z.ipv6()]).describe('Address that the client is to come from.'),
  tls: z.boolean().default(true).describe('STARTTLS where the listener offers it.'),
  login: z
    .object({
      username: z.string().min(1).max(255),
      password: z
        .string()
        .max(255)
        .optional()
        .describe(
          'Checked as a client’s is. Absent: the login is taken as successful, and nothing can be sent.',
        ),
    })
    .optional(),
  certificate: z
    .object({
      fingerprint: z.string().max(200).optional().describe('SHA-256, colons allowed.'),
      commonName: z.string().max(255).optional(),
      dnsNames: z.array(z.string().max(255)).max(20).default([]),
      trusted: z.boolean().default(false).describe('A CA of tls.clientCa vouches for it.'),
    })
    .optional()
    .describe('Client certificate that counts as shown in the handshake.'),
});

const byConnector = z.object({
  kind: z.literal('connector').describe('The next hop of a connector, with its TLS, identity and token.'),
  name: objectName,
});

const anyHost = z.object({
  kind: z.literal('host').describe('Any host and port.'),
  host: z.string().min(1).max(253),
  port: port.default(25),
  tls: z
    .enum(['off', 'starttls', 'required', 'implicit'])
    .default('starttls')
    .describe('`starttls`: where it is offered; `implicit`: from the first octet, as on port 465.'),
  ipVersion: z.enum(['any', '4', '6']).default('any'),
  serverName: z
    .string()
    .max(253)
    .optional()
    .describe('Name that the certificate must bear; absent: the host.'),
  login: z.object({ username: z.string().min(1).max(255), password: z.string().max(255) }).optional(),
});

export const conversationBody = z.object({
  target: z.discriminatedUnion('kind', [asSource, byConnector, anyHost]),
  sender: address.default('').describe('For MAIL; empty: the conversation ends before MAIL.'),
  recipient: address.optional().describe('For RCPT; absent: none is named.'),
  helo: z.string().max(255).optional().describe('Absent: the name of this relay.'),
  send: z
    .boolean()
    .default(false)
    .describe('Send a test message. Otherwise RSET and QUIT follow RCPT, and nothing is sent.'),
});

export const stepName = z.enum([
  'resolve',
  'connect',
  'greeting',
  'ehlo',
  'starttls',
  'tls',
  'certificate',
  'ehlo-tls',
  'token',
  'auth',
  'mail',
  'rcpt',
  'data',
  'content',
  'rset',
  'quit',
  'http',
]);

export const peerCertificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()).describe('DNS names and addresses of subjectAltName.'),
  usages: z.array(z.string()).describe('Extended key usages: `serverAuth`, `clientAuth` or an object id.'),
  from: moment,
  to: moment,
  daysLeft: z.int().describe('Negative once it has ended.'),
  key: z.string().describe('`RSA 2048`, `EC prime256v1`.'),
  fingerprint: z.string().describe('`sha256:` and hexadecimal digits.'),
});

export const tlsReport = z.object({
  version: z.string(),
  cipher: z.string(),
  verified: z.boolean(),
  serverName: z.string().describe('The name that was asked for.'),
  nameMatches: z.boolean(),
  chainFault: z.string().optional().describe('Why the chain does not verify.'),
  chain: z.array(peerCertificate).describe('As presented, the leaf first.'),
});

export const conversationStep = z
  .object({
    step: stepName,
    outcome: z.enum(['ok', 'warn', 'fail', 'skipped']),
    title: z.string(),
    sent: z.array(z.string()).describe('Lines, secrets masked.'),
    received: z.array(z.string()).describe('Lines, verbatim but for control characters.'),
    explained: z.string().describe('What that means.'),
    advice: z.string().optional().describe('What would put it right.'),
    code: z.string().optional().describe('Stable name of the fault, or id in the reply catalogue.'),
    ms: z.number().describe('Milliseconds that the step took.'),
    tls: tlsReport.optional(),
    offers: z.array(z.string()).optional().describe('Capabilities of the answer to EHLO.'),
  })
  .meta({ id: 'ConversationStep' });

export const conversationView = z
  .object({
    id: ref,
    at: moment,
    by: z.string(),
    title: z.string().describe('Whom it was held with.'),
    outcome: z.enum(['ok', 'warn', 'fail']),
    summary: z.string(),
    failedAt: stepName.optional(),
    ms: z.number(),
    steps: z.array(conversationStep),
    text: z.string().describe('The whole conversation as text, for a ticket.'),
  })
  .meta({ id: 'Conversation' });

export const conversationEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), id: ref, title: z.string() }),
  z.object({ kind: z.literal('step'), step: conversationStep }),
  z.object({ kind: z.literal('end'), conversation: conversationView }),
]);

export const validateBody = z.object({
  to: address.min(3).describe('Who is to get the test message.'),
  from: address
    .optional()
    .describe(
      'Envelope sender; absent: the mailbox of the connector, else postmaster of the tenant’s domain.',
    ),
  canary: address
    .optional()
    .describe(
      'A mailbox that this identity must not be able to send as: only a refusal proves least privilege.',
    ),
});

export const validationView = z
  .object({
    connector: z.string(),
    at: moment,
    by: z.string(),
    to: z.string(),
    from: z.string(),
    outcome: z.enum(['ok', 'warn', 'fail']),
    summary: z.string(),
    delivered: z.boolean().describe('The next hop took the test message.'),
    leastPrivilege: z
      .enum(['proven', 'violated', 'unknown', 'not-asked', 'not-applicable'])
      .describe(
        'Whether the canary mailbox was refused; `not-applicable`: the connector is known by its address or certificate and acts for no mailbox, so nothing was sent as the canary.',
      ),
    steps: z.array(conversationStep),
  })
  .meta({ id: 'Validation' });

export type ConversationQuestion = z.output<typeof conversationBody>;
export type ConversationStep = z.output<typeof conversationStep>;
export type StepName = z.output<typeof stepName>;
export type ConversationView = z.output<typeof conversationView>;
export type ConversationEvent = z.output<typeof conversationEvent>;
export type TlsReport = z.output<typeof tlsReport>;
export type PeerCertificateView = z.output<typeof peerCertificate>;
export type ValidationQuestion = z.output<typeof validateBody>;
export type ValidationView = z.output<typeof validationView>;
