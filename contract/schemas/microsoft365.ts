/** What the tenant tells about our mail: message traces and returned messages, joined to what was handed over. */
import { z } from 'zod';
import { moment } from './common.ts';

export const arrivalBody = z.object({
  files: z
    .array(
      z.object({
        name: z.string().max(255),
        text: z
          .string()
          .max(4_500_000)
          .describe('JSON or CSV of Get-MessageTraceV2, or a returned message (.eml).'),
      }),
    )
    .min(1)
    .max(200),
});

export const arrivalTable = z
  .object({
    counts: z.object({
      arrived: z.int(),
      notDelivered: z.int(),
      onItsWay: z.int(),
      returned: z.int(),
      notSeen: z.int(),
      notHandedOver: z.int(),
    }),
    notOurs: z.int().describe('Messages in the trace that this relay did not take.'),
    isCut: z.boolean().describe('There was more than one answer tells.'),
    arrivals: z.array(
      z.object({
        id: z.string().describe('Of our message.'),
        messageId: z.string(),
        subject: z.string().optional(),
        sender: z.string(),
        recipient: z.string(),
        verdict: z.enum([
          'arrived',
          'not-delivered',
          'on-its-way',
          'returned',
          'not-seen',
          'not-handed-over',
        ]),
        text: z.string(),
        state: z.enum(['pending', 'held', 'relayed', 'failed', 'expired']).describe('Here.'),
        relayedAt: moment.optional(),
        reply: z.string().optional().describe('Of the next hop, verbatim.'),
        exchangeStatus: z.string().optional(),
        exchangeAt: moment.optional(),
        returned: z.object({ status: z.string().optional(), diagnostic: z.string().optional() }).optional(),
      }),
    ),
  })
  .meta({ id: 'ArrivalTable' });

export type ArrivalTableView = z.output<typeof arrivalTable>;
