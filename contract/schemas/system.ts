/** Health and state of the relay. */
import { z } from 'zod';
import { moment } from './common.ts';

export const health = z.object({ status: z.enum(['ok', 'unavailable']) }).meta({ id: 'Health' });

export const status = z
  .object({
    version: z.string(),
    hostname: z.string(),
    pid: z.int(),
    startedAt: moment,
    accepting: z.boolean().describe('Mail is taken; false while stopping or while the store is unwell.'),
    trouble: z.string().optional().describe('Why mail is not taken.'),
    data: z.string().describe('Data directory.'),
    store: z.string(),
    listeners: z.array(
      z.object({
        name: z.string(),
        address: z.string(),
        port: z.int(),
        tls: z.string(),
        connections: z.int(),
      }),
    ),
    queue: z.object({
      active: z.int(),
      held: z.int(),
      settled: z.int(),
      oldestActiveAt: moment.optional(),
      bytesOnDisk: z.number(),
      bytesFree: z.number().optional(),
      bytesInMemory: z.number(),
    }),
    policy: z.object({
      revision: z.int(),
      sources: z.int(),
      connectors: z.int(),
      refused: z
        .object({ at: moment, text: z.string().describe('Its faults with their places.') })
        .optional()
        .describe('A newer version that has faults; the revision named here stays in force.'),
    }),
    dangers: z.array(z.string()).describe('Dangerous settings in force, in words.'),
    expiring: z
      .array(
        z.object({
          what: z.string(),
          at: moment,
          days: z.int().describe('Whole days that remain; negative after the end.'),
        }),
      )
      .describe('Client secrets and certificates whose end is known, the next first.'),
  })
  .meta({ id: 'Status' });

export type Status = z.output<typeof status>;
