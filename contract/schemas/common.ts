/** Values that several areas of the admin API share. Moments are RFC 3339 in UTC, sizes octets, lengths of time milliseconds. */
import { z } from 'zod';

export const moment = z.iso.datetime().describe('RFC 3339, UTC.');

export const finding = z.object({
  severity: z.string(),
  path: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().default('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    findings: z.array(finding).optional().describe('Faults of a document that was sent.'),
  })
  .meta({ id: 'Problem' });

export const tlsView = z.object({ version: z.string(), cipher: z.string(), verified: z.boolean() });

/** Of Microsoft 365, which counts by mailbox, application and tenant. */
export const quotaScope = z
  .enum(['mailbox', 'application', 'tenant', 'resource'])
  .describe('By what it is counted; `resource`: of Azure Communication Services.');

export const limitQuery = z.coerce.number().int().min(1).max(1000).default(50);

export const ref = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);

export const objectName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

export type ProblemBody = z.output<typeof problem>;
