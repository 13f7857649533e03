/** Backups, their rehearsals, and how long things are kept. */
import { z } from 'zod';
import { moment } from './common.ts';

export const backupName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/);

const rehearsal = z.object({
  at: moment,
  ok: z.boolean(),
  text: z.string().describe('What was compared, or what is wrong.'),
  messages: z.int().optional(),
  durationMs: z.number(),
});

export const backup = z
  .object({
    name: z.string(),
    path: z.string(),
    at: moment,
    bytes: z.number(),
    by: z.string().describe('Who asked for it; `schedule` for the relay itself.'),
    state: z.enum(['good', 'failed', 'missing']).describe('`missing`: its file is gone.'),
    detail: z.string(),
    messages: z.int().optional().describe('Messages in it, settled ones included.'),
    inWork: z.int().optional().describe('Of these, not settled: a restored relay may send them twice.'),
    contents: z.int().optional().describe('Contents in files of their own.'),
    durationMs: z.number(),
    verified: rehearsal.optional(),
    rehearsed: rehearsal.optional(),
  })
  .meta({ id: 'Backup' });

export const backups = z
  .object({
    items: z.array(backup).describe('The newest first.'),
    configured: z
      .boolean()
      .describe('There is a key and a place; else backups can be made by command alone.'),
    reason: z.string().optional().describe('Why no backup can be made here.'),
    to: z.string().optional(),
    everyMs: z.number().optional(),
    keep: z.int().optional(),
    nextAt: moment.optional(),
    running: z.boolean(),
    lastGood: backup.optional(),
    lastRehearsal: rehearsal.extend({ name: z.string() }).optional(),
  })
  .meta({ id: 'Backups' });

export const createBody = z.object({
  to: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Directory or file; only for commands on the machine of the relay.'),
});

export const backupParams = z.object({ name: backupName });

export const retention = z
  .object({
    items: z.array(
      z.object({
        kind: z.string().describe('Key under `retention`.'),
        title: z.string(),
        keptMs: z.number(),
        means: z.string(),
        count: z.int().optional(),
        oldestAt: moment.optional(),
        removed: z.int().optional().describe('By the last sweep.'),
      }),
    ),
    sweptAt: moment.optional(),
    nextSweepAt: moment.optional(),
    secureDelete: z.boolean().describe('What was removed is overwritten on the disk as well.'),
  })
  .meta({ id: 'Retention' });

export type BackupView = z.output<typeof backup>;
export type BackupsView = z.output<typeof backups>;
export type RetentionView = z.output<typeof retention>;
