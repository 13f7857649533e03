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
    yaml: z
      .string()
      .describe('As it was written, comments included; hashes and secrets are left out as `[redacted]`.'),
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
    yaml: z.string().describe('As it was written; hashes and secrets are left out.'),
    diff: z.array(z.string()).describe('Lines against the revision before, with + or - in front.'),
  })
  .meta({ id: 'PolicyRevision' });

export const policyText = z.object({
  text: z
    .string()
    .max(4_000_000)
    .describe(
      'The policy as YAML or JSON. A hash or secret given as `[redacted]` stays the one there is at that place.',
    ),
});

export const policyDiffQuery = z.object({
  from: z.coerce.number().int().min(0).describe('A revision; 0 is the empty policy.'),
  to: z.coerce.number().int().min(0).optional().describe('Another one; absent: the newest.'),
});

export const policyDiff = z
  .object({
    from: z.int(),
    to: z.int(),
    diff: z.array(z.string()).describe('Changed lines with + or - in front; secrets are left out.'),
  })
  .meta({ id: 'PolicyDiff' });

const changes = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.string()),
});

export const policyPreview = z
  .object({
    valid: z.boolean(),
    findings: z.array(finding),
    diff: z.array(z.string()).describe('Against the policy in force.'),
    sources: changes,
    connectors: changes,
    dangers: z.object({
      added: z.array(z.string()).describe('Dangerous settings that it would bring.'),
      removed: z.array(z.string()),
    }),
  })
  .meta({ id: 'PolicyPreview' });

export type PolicyDiff = z.output<typeof policyDiff>;
export type PolicyPreview = z.output<typeof policyPreview>;
export type PolicyView = z.output<typeof policyView>;
export type FindingsView = z.output<typeof findings>;
