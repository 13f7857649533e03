/** The policy as one document, and its revisions. */
import { z } from 'zod';
import { moment, finding } from './common.ts';

export const policyView = z
  .object({
    revision: z.int(),
    managed: z
      .enum(['file', 'inline', 'store'])
      .describe('Where the truth lies; only `store` can be changed here.'),
    file: z.string().optional(),
    dangers: z.array(z.string()),
    document: z.record(z.string(), z.unknown()).describe('Hashes and secrets are left out as `[redacted]`.'),
  })
  .meta({ id: 'Policy' });

export const findings = z
  .object({
    valid: z.boolean(),
    findings: z.array(finding),
  })
  .meta({ id: 'Findings' });

export const revisions = z
  .object({
    items: z.array(
      z.object({ revision: z.int(), at: moment, author: z.string(), added: z.int(), removed: z.int() }),
    ),
  })
  .meta({ id: 'PolicyRevisions' });

export const revisionDetail = z
  .object({
    revision: z.int(),
    at: moment,
    author: z.string(),
    document: z.record(z.string(), z.unknown()),
    diff: z.array(z.string()).describe('Lines against the revision before, with + or - in front.'),
  })
  .meta({ id: 'PolicyRevision' });

export const policyText = z.object({
  text: z.string().max(4_000_000).describe('The policy as YAML or JSON.'),
});

export type PolicyView = z.output<typeof policyView>;
export type FindingsView = z.output<typeof findings>;
