/** `ageing` and `blocked` of `policy.yaml`: how permissions end, and who may not even knock. */
import { z } from 'zod';
import { duration, parseDuration } from './units.ts';

/** `0` switches a stage off; everything else is a time. */
const stage = z.union([z.literal(0), duration], 'expected 0, or a time such as 7d').describe('`0`: none.');

export const ageing = z.strictObject({
  remind: stage.prefault('30d').describe('So long before the end of a permission the relay reminds of it.'),
  grace: stage
    .prefault(0)
    .describe('So long after its end a permission still holds, with a warning. `0`: not at all.'),
  quarantine: stage
    .prefault(0)
    .describe(
      'So long after the grace its mail is accepted and held, until an operator releases it or the permission is renewed. `0`: it is refused at once.',
    ),
});

/** What holds where the policy says nothing: the end of a permission is its end. */
export const defaultAgeing: z.output<typeof ageing> = {
  remind: parseDuration('30d') ?? 0,
  grace: 0,
  quarantine: 0,
};

const dateText = 'A date (valid through the end of that day, UTC) or an RFC 3339 time.';

export const blockedEntry = z.union([
  z.string().min(1),
  z.strictObject({
    range: z.string().min(1).describe('Address or CIDR range.'),
    note: z.string().max(500).optional().describe('For people; shown in explanations.'),
    expires: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })])
      .optional()
      .describe(`End of the block. ${dateText}`),
  }),
]);

export type AgeingConfig = z.output<typeof ageing>;
