/** What a reply of Microsoft 365 means, as the catalogue knows it. */
import { z } from 'zod';

/** PowerShell that looks at or mends what a reply complains of, with the values of a tenant. */
export const tenantLines = z.object({ tenant: z.string(), title: z.string(), lines: z.array(z.string()) });

export const explanation = z
  .object({
    id: z.string().describe('Entry of the catalogue.'),
    code: z.string(),
    meaning: z.string(),
    cause: z.array(z.string()),
    fix: z.array(z.string()),
    side: z.string().describe('Who can put it right, in words.'),
    advice: z.string().describe('What is right for the mail.'),
    clearsByItself: z.boolean().describe('Waiting alone mends it.'),
    settings: z.array(z.string()).describe('Settings of ours that it depends on.'),
    lines: z
      .array(tenantLines)
      .describe('PowerShell with the values of the policy, for the tenant of the connector.'),
    source: z.string().describe('Page it is documented on.'),
  })
  .meta({ id: 'Explanation' });

export type Explanation = z.output<typeof explanation>;
