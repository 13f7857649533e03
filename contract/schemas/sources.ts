/** Who may send. */
import { z } from 'zod';

export const sourceView = z
  .object({
    name: z.string(),
    description: z.string().optional(),
    owner: z.string().optional(),
    networks: z.array(
      z.object({ range: z.string(), expires: z.string().optional(), note: z.string().optional() }),
    ),
    login: z.string().optional().describe('User name.'),
    certificate: z.boolean(),
    require: z.array(z.string()).optional(),
    requireTls: z.boolean(),
    senders: z.array(z.string()),
    recipients: z.array(z.string()),
    priority: z.string(),
    repair: z.array(z.string()),
    quirks: z.array(z.string()),
    expires: z.string().optional(),
  })
  .meta({ id: 'Source' });

export type SourceView = z.output<typeof sourceView>;
