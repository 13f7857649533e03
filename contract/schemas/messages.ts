/** Messages: the queue and the trace of what left it. */
import { z } from 'zod';
import { moment, limitQuery, tlsView } from './common.ts';
import { eventView } from './events.ts';

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
    recipients: z.array(z.string()).describe('The first ten.'),
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
});

export const messageDetail = z
  .object({
    ...messageBase,
    recipients: z.array(recipientView),
    owner: z.string().optional(),
    messageId: z.string().optional(),
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
    trace: z.array(z.object({ at: moment, step: z.string(), text: z.string(), by: z.string().optional() })),
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

export const messageQuery = z.object({
  state: z.enum(['active', 'held', 'settled']).optional(),
  source: z.string().max(100).optional(),
  connector: z.string().max(100).optional(),
  text: z.string().max(300).optional().describe('Part of sender, recipient, subject, message id or id.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Accepted at or after.'),
  before: z.iso.datetime({ offset: true }).optional().describe('Accepted before.'),
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: limitQuery,
  cursor: z.string().max(500).optional(),
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
export type TraceView = z.output<typeof traceView>;
