/** What a message consists of: its header section before and after our changes, and its content. */
import { z } from 'zod';

export const messageHeaders = z
  .object({
    before: z
      .string()
      .optional()
      .describe('Header section as the client sent it; absent where it is not kept.'),
    after: z
      .string()
      .optional()
      .describe('Header section as it is sent on; absent once the content is gone.'),
    changes: z.array(z.object({ by: z.string().optional(), text: z.string() })).describe('What was changed.'),
    note: z.string().optional().describe('Why something is missing.'),
  })
  .meta({ id: 'MessageHeaders' });

export const messageContent = z
  .object({
    text: z.string().optional(),
    hasHtml: z
      .boolean()
      .describe('There is an HTML part: content/html gives it for a frame with the attribute sandbox.'),
    isCut: z.boolean().describe('A part was longer than what is shown.'),
    attachments: z.array(
      z.object({ name: z.string().optional(), type: z.string(), bytes: z.int(), inline: z.boolean() }),
    ),
    attachmentCount: z.int(),
  })
  .meta({ id: 'MessageContent' });
