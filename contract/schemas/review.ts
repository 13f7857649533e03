/** What was found in the log of connections, with its evidence and what could be done. */
import { z } from 'zod';
import { limitQuery, moment, ref } from './common.ts';

export const findingKind = z.enum([
  'unauthorised-address',
  'unauthorised-user',
  'unauthorised-hour',
  'new-address',
  'new-sender',
  'new-domain',
  'volume',
  'recipients',
  'hours',
  'tls-downgrade',
  'old-tls',
]);

export const proposedAction = z
  .enum(['block', 'narrow', 'review', 'require-tls'])
  .describe(
    '`block`: refuse the address; `narrow`: take from the source what it does not need; `review`: ask whoever is concerned; `require-tls`: let it come by TLS alone.',
  );

export const reviewFinding = z
  .object({
    id: ref,
    kind: findingKind,
    subject: z.string().describe('The address, user, hour or source that it is about.'),
    source: z.string().optional(),
    address: z.string().optional(),
    user: z.string().optional(),
    title: z.string(),
    text: z.string().describe('What is unusual, in words.'),
    severity: z.enum(['note', 'warning', 'serious']),
    evidence: z.array(
      z.object({
        what: z.string(),
        found: z.string().describe('The number or the value.'),
        usual: z.string().optional().describe('What it is otherwise.'),
      }),
    ),
    references: z.array(z.string()).describe('References of refusals, to be found in the trace.'),
    firstAt: moment,
    firstDay: z
      .string()
      .optional()
      .describe('Where no more than the day (UTC) is known, that day; `firstAt` is its beginning.'),
    lastAt: moment,
    proposal: z.object({
      action: proposedAction,
      words: z.string().describe('What to do, and what it means.'),
      target: z.string().optional().describe('Address, user or source that it is done to.'),
    }),
    state: z.enum(['open', 'accepted', 'dismissed']),
    decided: z.object({ by: z.string(), at: moment, note: z.string().optional() }).optional(),
  })
  .meta({ id: 'ReviewFinding' });

export const reviewQuery = z.object({
  state: z.enum(['open', 'accepted', 'dismissed', 'all']).default('open'),
  kind: findingKind.optional(),
  source: z.string().max(100).optional(),
  text: z.string().max(200).optional().describe('Part of subject, title or text.'),
  limit: limitQuery,
  cursor: ref.optional(),
});

export const reviewView = z
  .object({
    items: z.array(reviewFinding).describe('The latest first.'),
    cursor: z.string().optional().describe('Ask with it for the next page.'),
    counts: z.object({ open: z.int(), accepted: z.int(), dismissed: z.int() }),
    reviewedAt: moment.optional().describe('When the log was last looked at.'),
  })
  .meta({ id: 'Review' });

const reviewBlock = z.object({
  address: z.string().describe('The address; of IPv6 its /64.'),
  at: moment,
  until: moment.describe(
    'End of the block; of one that was taken back, from when on it may be blocked again.',
  ),
  finding: z.string().describe('Id of the finding.'),
  text: z.string().describe('What was found, in words.'),
});

export const reviewBlocks = z
  .object({
    enabled: z.boolean().describe('`review.block` of the configuration lets the review block by itself.'),
    from: z.enum(['warning', 'serious']).optional().describe('Severity from which on it blocks.'),
    seconds: z.int().optional().describe('How long it blocks.'),
    most: z.int().optional().describe('Addresses that it blocks at a time.'),
    items: z.array(reviewBlock).describe('In force now, the latest first.'),
    leftAlone: z
      .array(reviewBlock.extend({ by: z.string().describe('Who took it back.') }))
      .describe('Taken back by a person, and not blocked again until then.'),
  })
  .meta({ id: 'ReviewBlocks' });

export const byBlockedAddress = z.object({
  address: z
    .union([z.ipv4(), z.ipv6(), z.cidrv6()])
    .describe('Address that the review blocks; of IPv6 any of its /64, or that itself.'),
});

export const decisionBody = z.object({ note: z.string().trim().max(500).optional() });

export type ReviewFinding = z.output<typeof reviewFinding>;
export type ReviewBlocks = z.output<typeof reviewBlocks>;
export type ReviewView = z.output<typeof reviewView>;
export type ReviewQuery = z.output<typeof reviewQuery>;
