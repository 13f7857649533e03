/** The audit log: who did what, and whether the record of it is whole. */
import { z } from 'zod';
import { limitQuery, moment } from './common.ts';

export const auditEntry = z
  .object({
    seq: z.int().describe('From 1, without gaps.'),
    at: moment,
    by: z.string().describe('Account, token, or who ran the command.'),
    via: z.enum(['session', 'token', 'local', 'command', 'relay', 'nobody']),
    address: z.string().optional(),
    action: z.string().describe('Name of the route, or of what the relay or a command did by itself.'),
    object: z.string().optional().describe('What was acted on.'),
    before: z.unknown().optional().describe('Without secrets.'),
    after: z.unknown().optional().describe('Without secrets.'),
    result: z.string().describe('`ok`, or the status and title of the refusal.'),
    previous: z.string().describe('SHA-256 of the entry before; zeros before the first.'),
    hash: z.string().describe('SHA-256 of this entry as canonical JSON (RFC 8785), `hash` left out.'),
  })
  .meta({ id: 'AuditEntry' });

export const auditQuery = z.object({
  by: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  object: z.string().max(300).optional(),
  from: moment.optional(),
  before: moment.optional(),
  limit: limitQuery,
  cursor: z
    .string()
    .regex(/^\d{16}$/)
    .optional(),
});

export const auditVerdict = z
  .object({
    whole: z.boolean(),
    entries: z.int().describe('That were read.'),
    head: z
      .string()
      .optional()
      .describe('Hash of the newest entry; kept elsewhere it proves more than we can.'),
    faults: z
      .array(z.object({ seq: z.int().optional(), text: z.string() }))
      .describe('What was changed, removed, put in another order or cut off; the first 100.'),
  })
  .meta({ id: 'AuditVerdict' });

export type AuditEntryView = z.output<typeof auditEntry>;
export type AuditVerdict = z.output<typeof auditVerdict>;
