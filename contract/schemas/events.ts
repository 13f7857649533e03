/** Refusals and failed logins. */
import { z } from 'zod';
import { moment, limitQuery } from './common.ts';

export const eventView = z
  .object({
    ref: z.string(),
    at: moment,
    kind: z.string(),
    source: z.string().optional(),
    address: z.string().optional(),
    fields: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

export const eventQuery = z.object({
  kind: z.string().max(50).optional(),
  source: z.string().max(100).optional().describe('Of this source, whoever else mentions its name.'),
  text: z.string().max(300).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Happened at or after.'),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

export type EventView = z.output<typeof eventView>;
