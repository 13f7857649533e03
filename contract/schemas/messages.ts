/** Messages: the queue and the trace of what left it. */
import { z } from 'zod';
import { moment, limitQuery, tlsView } from './common.ts';
import { eventView } from './events.ts';
import { explanation } from './explanation.ts';

const messageBase = {
  id: z.string(),
  at: moment.describe('Acceptance.'),
  state: z.enum(['active', 'held', 'settled']),
  result: z.enum(['relayed', 'failed', 'expired', 'mixed']).optional().describe('Once settled.'),
  source: z.string().optional().describe('Absent for our own notices.'),
  sender: z.string().describe('Reverse-path; empty for the null sender.'),
  subject: z.string().optional(),
  bytes: z.number(),
  priority: z.enum(['priority', 'normal', 'bulk']),
  isNotice: z.boolean(),
  attempts: z.int(),
  nextAttemptAt: moment.optional(),
  inDoubt: z.int().describe('Attempts of which the end is not known, each a possible duplicate.'),
};

export const messageSummary = z
  .object({
    ...messageBase,
    recipients: z.array(z.string()).describe('The first ten; in an export the first 1,000.'),
    recipientCount: z.int(),
    last: z.string().optional().describe('Newest reply or failure, verbatim.'),
  })
  .meta({ id: 'MessageSummary' });

const recipientView = z.object({
  address: z.string(),
  state: z.enum(['pending', 'held', 'relayed', 'failed', 'expired']),
  at: moment.optional(),
  nextAttemptAt: moment.optional(),
  attempts: z.int().optional(),
  connector: z.string().optional(),
  host: z.string().optional(),
  reply: z.string().optional().describe('Reply of the next hop, verbatim.'),
  reason: z.string().optional(),
  explanation: explanation.optional().describe('What the reply means, where it is known.'),
});

const arrival = z.object({
  recipient: z.string(),
  verdict: z
    .enum(['arrived', 'not-delivered', 'on-its-way', 'returned', 'not-seen'])
    .describe('`not-seen`: the trace covers the time, and does not have it for this recipient.'),
  text: z.string().describe('The verdict in words.'),
  at: moment.describe('When the trace or the returned message was read here.'),
  exchangeStatus: z.string().optional().describe('As Exchange words it.'),
  exchangeAt: moment.optional().describe('When Exchange took it.'),
  returned: z.object({ status: z.string().optional(), diagnostic: z.string().optional() }).optional(),
  explanation: explanation.optional().describe('What the returned diagnostic means, where it is known.'),
});

const sentence = z.object({
  at: moment,
  kind: z.enum(['accepted', 'recognised', 'changed', 'attempt', 'operator', 'notice', 'expired', 'arrival']),
  text: z.string().describe('What happened, for a person.'),
  by: z.string().optional().describe('Rule, repair, connector or operator that did it.'),
  about: z.string().optional().describe('Another message that it tells of, by its id.'),
  reply: z.string().optional().describe('Reply of the next hop, verbatim.'),
  explanation: explanation.optional().describe('What the reply means, where it is known.'),
});

export const messageDetail = z
  .object({
    ...messageBase,
    recipients: z.array(recipientView),
    owner: z.string().optional(),
    messageId: z.string().optional(),
    traceId: z
      .string()
      .optional()
      .describe(
        'Id of its OpenTelemetry trace, where `tracing` is on and this message is among the sampled.',
      ),
    from: z.string().optional(),
    reroute: z.string().optional(),
    contentKept: z.boolean(),
    client: z
      .object({
        address: z.string(),
        helo: z.string(),
        listener: z.string(),
        login: z.string().optional(),
        certificate: z.string().optional(),
        tls: tlsView.optional(),
      })
      .optional(),
    attemptLog: z.array(
      z.object({
        at: moment,
        durationMs: z.number(),
        connector: z.string(),
        host: z.string(),
        tls: tlsView.optional(),
        results: z.array(
          z.object({
            recipient: z.string(),
            result: z.enum(['relayed', 'failed', 'in-doubt']),
            reply: z.string().optional(),
            text: z.string().optional(),
          }),
        ),
      }),
    ),
    trace: z.array(
      z.object({
        at: moment,
        step: z.string(),
        text: z.string(),
        by: z.string().optional(),
        about: z.string().optional(),
      }),
    ),
    story: z.array(sentence).describe('Everything that happened, in order of time.'),
    arrivals: z
      .array(arrival)
      .describe(
        'What message traces and returned messages told of each recipient; empty: nothing was told (`POST /api/v1/microsoft365/arrivals`).',
      ),
    resentFrom: z.string().optional().describe('Id of the message that this one was made of.'),
    resentAs: z.array(z.string()).describe('Ids of the messages that were made of this one.'),
  })
  .meta({ id: 'Message' });

export const traceView = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('message'), message: messageDetail }),
    z.object({ kind: z.literal('event'), event: eventView }),
  ])
  .meta({ id: 'Trace' });

export const actionResult = z
  .object({ result: z.literal('done'), message: messageSummary.optional() })
  .meta({ id: 'ActionResult' });

const terms = z
  .string()
  .max(10_000)
  .describe(
    'Part of a field. With * (any characters) or ? (one character) the whole field must fit. ' +
      'Several, at most 100, separated by line ends, commas or semicolons: any of them; in double quotes these are ordinary.',
  );

/** What a list of messages can be narrowed by; the export and actions on many messages take the same. */
export const messageFilter = z.object({
  text: terms.optional().meta({
    description:
      'One box for sender, recipient, subject, source, Message-ID, reference and client address. ' +
      (terms.description ?? ''),
  }),
  sender: terms.optional(),
  recipient: terms.optional(),
  state: z.enum(['active', 'held', 'settled']).optional(),
  result: z
    .enum(['relayed', 'failed', 'expired', 'mixed', 'delivered', 'undelivered'])
    .optional()
    .describe(
      'Of settled messages. delivered: at least one recipient was relayed; undelivered: at least one failed or expired.',
    ),
  origin: z
    .enum(['client', 'relay'])
    .optional()
    .describe('client: taken from a client with 250; relay: made here, a notice or a message sent again.'),
  source: z.string().max(100).optional(),
  connector: z.string().max(100).optional().describe('It went there, was tried there, or was sent there.'),
  waitingFor: z
    .string()
    .max(100)
    .optional()
    .describe('Code of the failure that a recipient waits for, as the groups of the queue name it.'),
  inDoubt: z
    .enum(['yes', 'no'])
    .optional()
    .describe(
      'yes: the end of an attempt is not known, so that the next hop may have the message more than once.',
    ),
  client: terms.optional().describe('Address of the client.'),
  bytesMin: z.coerce.number().int().min(0).optional(),
  bytesMax: z.coerce.number().int().min(0).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Accepted at or after.'),
  before: z.iso.datetime({ offset: true }).optional().describe('Accepted before.'),
});

export const messageQuery = messageFilter.extend({
  order: z.enum(['newest', 'oldest', 'largest', 'smallest']).default('newest'),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}(?::\d{1,15})?$/)
    .optional(),
});

export const exportQuery = messageFilter.extend({
  format: z
    .enum(['csv', 'json', 'ndjson'])
    .default('csv')
    .describe('json: one array; ndjson: one object a line.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
});

export const holdBody = z.object({ reason: z.string().min(1).max(500).default('held by an operator') });

export const rerouteBody = z.object({
  connector: z.string().min(1).max(100).nullable().describe('Name of a connector; null: as the policy says.'),
});

export const deleteBody = z.object({
  notice: z.boolean().default(true).describe('Tell the sender that the message was not delivered.'),
});

export type MessageSummary = z.output<typeof messageSummary>;
export type MessageDetail = z.output<typeof messageDetail>;
export type Sentence = z.output<typeof sentence>;
export type MessageFilter = z.output<typeof messageFilter>;
export type TraceView = z.output<typeof traceView>;
