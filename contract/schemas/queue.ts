/** What waits, grouped by what it waits for. */
import { z } from 'zod';
import { moment } from './common.ts';
import { explanation } from './explanation.ts';

export const ageBucket = z.object({
  upToMs: z.number().nullable().describe('Age in milliseconds that the bucket ends at; null: no end.'),
  count: z.int(),
});

const queueGroup = z.object({
  connector: z.string().optional().describe('Last tried, or chosen by an operator; absent: not tried yet.'),
  domain: z.string().optional().describe('Of the recipients.'),
  reason: z.string().optional().describe('Why they wait, as last seen; absent: nothing went wrong.'),
  explanation: explanation.optional().describe('What the reply in the reason means, where it is known.'),
  code: z.string().optional().describe('Stable word for the reason; the filter waitingFor of messages.'),
  recipients: z.int(),
  messages: z.int(),
  held: z.int().describe('Recipients that are held.'),
  oldestAt: moment,
  nextAttemptAt: moment.optional(),
  ages: z.array(ageBucket).describe('Messages by time since acceptance.'),
});

export const queueView = z
  .object({
    active: z.int().describe('Messages with a recipient that is not final, held ones included.'),
    held: z.int(),
    oldestAt: moment.optional(),
    ages: z.array(ageBucket).describe('Messages by time since acceptance.'),
    groups: z.array(queueGroup).describe('The largest first, at most 500.'),
    isCut: z.boolean().describe('There are more groups or more messages than were looked at.'),
  })
  .meta({ id: 'Queue' });

export const queueQuery = z.object({
  by: z
    .enum(['connector', 'domain', 'reason', 'all'])
    .default('all')
    .describe('What to group by; all: connector, domain and reason together.'),
});

export type QueueView = z.output<typeof queueView>;
