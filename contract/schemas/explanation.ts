/** What a reply of Microsoft 365 means, as the catalogue knows it. */
import { z } from 'zod';

export const explanation = z
  .object({
    id: z.string().describe('Entry of the catalogue.'),
    code: z.string(),
    meaning: z.string(),
    cause: z.array(z.string()),
    fix: z.array(z.string()),
    side: z.string().describe('Who can put it right, in words.'),
    advice: z.string().describe('What is right for the mail.'),
    source: z.string().describe('Page it is documented on.'),
  })
  .meta({ id: 'Explanation' });

export type Explanation = z.output<typeof explanation>;
