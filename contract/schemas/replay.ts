/** The traffic of the last day against a draft of the policy. */
import { z } from 'zod';
import { moment } from './common.ts';

export const replayBody = z.object({
  policy: z.string().max(4_000_000).describe('The draft, as text.'),
  hours: z.int().min(1).max(168).default(24),
});

const outcome = z.object({
  verdict: z.enum(['accept', 'refuse', 'defer']),
  source: z.string().optional(),
  routes: z.array(z.string()).describe('Connectors of first choice.'),
  isHeld: z.boolean(),
  rule: z.string().optional(),
  summary: z.string(),
});

export const replayResult = z
  .object({
    from: moment,
    messages: z.int().describe('Messages that were judged again.'),
    refusals: z.int().describe('Refused commands that were judged again.'),
    leftOut: z
      .int()
      .describe(
        'What is not known well enough to be judged again: rewritten envelopes, refusals before RCPT.',
      ),
    isCut: z.boolean().describe('There was more; the newest were judged.'),
    counts: z.record(z.string(), z.int()).describe('Differences by kind.'),
    differences: z
      .array(
        z.object({
          kind: z.enum([
            'now-refused',
            'now-accepted',
            'now-held',
            'other-source',
            'other-route',
            'other-reason',
          ]),
          count: z.int(),
          refs: z.array(z.string()).describe('Ids of messages or references of refusals; the first five.'),
          what: z.object({ address: z.string(), sender: z.string(), recipient: z.string() }),
          before: outcome,
          after: outcome,
        }),
      )
      .describe('Alike ones together, the worst first, at most 200.'),
  })
  .meta({ id: 'Replay' });

export type ReplayResult = z.output<typeof replayResult>;
