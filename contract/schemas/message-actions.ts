/** What is done to messages: to one, or to many at once. */
import { z } from 'zod';
import { ref } from './common.ts';
import { messageFilter } from './messages.ts';

const address = z.string().min(3).max(320);

export const resendBody = z.object({
  recipients: z
    .array(address)
    .min(1)
    .max(100)
    .optional()
    .describe('Instead of the recipients of the message; absent: the same again.'),
  sender: z.string().max(320).optional().describe('Instead of its sender; empty for the null sender.'),
});

export const resendResult = z
  .object({ result: z.literal('done'), id: ref.describe('Id of the new message.') })
  .meta({ id: 'ResendResult' });

export const cancelBody = z.object({
  recipient: address,
  notice: z.boolean().default(true).describe('Tell the sender that it was not delivered to this recipient.'),
});

export const bulkBody = z
  .object({
    action: z.enum(['hold', 'release', 'retry', 'reroute', 'delete']),
    ids: z.array(ref).min(1).max(1000).optional(),
    filter: messageFilter.optional().describe('Messages that are waiting or held and fit.'),
    dryRun: z.boolean().default(false).describe('Only say what would be done.'),
    reason: z.string().min(1).max(500).default('held by an operator').describe('For hold.'),
    connector: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe('For reroute; null: as the policy says.'),
    notice: z.boolean().default(true).describe('For delete: tell the senders.'),
  })
  .refine((body) => (body.ids === undefined) !== (body.filter === undefined), {
    message: 'give either ids or filter',
  });

export const bulkResult = z
  .object({
    action: z.string(),
    dryRun: z.boolean(),
    count: z.int().describe('Messages that it was done to, or would be.'),
    refused: z.array(z.object({ id: z.string(), reason: z.string() })).describe('The first hundred.'),
    refusedCount: z.int(),
    more: z.boolean().describe('More messages fit than are dealt with at once: ask again.'),
    sendersTold: z.int().describe('Messages whose sender gets a notice.'),
    undo: z
      .object({ action: z.enum(['hold', 'release']), ids: z.array(z.string()) })
      .optional()
      .describe('What takes it back.'),
  })
  .meta({ id: 'BulkResult' });

export type BulkBody = z.output<typeof bulkBody>;
export type BulkResult = z.output<typeof bulkResult>;
