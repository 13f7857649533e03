/** What a pasted text means: replies, returned messages, errors of token endpoint and Graph, refusals of this relay. */
import { z } from 'zod';
import { tenantLines } from './explanation.ts';

export const explainBody = z.object({
  text: z.string().min(1).max(524_288).describe('A reply, a piece of a log, or a returned message as it is.'),
  where: z
    .enum(['mx', 'submission', 'hve', 'acs', 'graph', 'identity', 'ndr'])
    .optional()
    .describe('Where it was met; absent: not known.'),
});

const short = z.string().max(2_000);

export const explainedBounce = z.object({
  reportingMta: short.optional(),
  messageId: short.optional().describe('Of the message that came back.'),
  subject: short.optional(),
  sender: short.optional(),
  recipients: z.array(
    z.object({
      recipient: short.optional(),
      action: short.optional().describe('`failed`, `delayed`, `delivered`, `relayed` or `expanded`.'),
      status: short.optional().describe('RFC 3463.'),
      remoteMta: short.optional(),
      diagnostic: short.optional(),
    }),
  ),
});

export const explained = z
  .object({
    id: z.string().describe('Of the catalogue, or `relay365-` with the rule of this relay.'),
    saidBy: z
      .enum(['microsoft-365', 'relay365', 'device'])
      .describe('`device`: words of a TLS library, as devices show them on their panels.'),
    code: z.string(),
    meaning: z.string(),
    cause: z.array(z.string()),
    fix: z.array(z.string()),
    side: z.enum(['ours', 'microsoft-365', 'recipient', 'device']),
    retry: z.enum(['permanent', 'transient', 'throttle']),
    advice: z.string().describe('What is right for the mail.'),
    clearsByItself: z.boolean(),
    settings: z.array(z.string()).describe('Settings of ours that it depends on.'),
    lines: z.array(tenantLines).describe('PowerShell with the values of the policy.'),
    source: z.string(),
    note: z.string().optional(),
    ref: z.string().optional().describe('Of a refusal of this relay: the trace finds it.'),
    bounce: explainedBounce.optional(),
  })
  .meta({ id: 'Explained' });

export type ExplainedView = z.output<typeof explained>;
