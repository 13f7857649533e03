/** Searches among messages that are kept under a name: by whoever saved them, or shared with everybody who may search. */
import { z } from 'zod';
import { moment } from './common.ts';
import { messageFilter } from './messages.ts';

const nameMax = 60;

export const searchName = z
  .string()
  .min(1)
  .max(nameMax)
  .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'no blanks at its ends, and no line ends')
  .describe('Upper and lower case count as the same.');

export const savedFilter = messageFilter
  .extend({
    last: z
      .enum(['hour', 'day', 'week', 'month'])
      .optional()
      .describe('Accepted within this time before the search is used, in place of `from` and `before`.'),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    message: 'a search that is kept narrows the list by something',
  })
  .refine(({ last, from, before }) => last === undefined || (from ?? before) === undefined, {
    message: 'either `last`, or `from` and `before`',
  });

export const searchBody = z.object({
  filter: savedFilter,
  shared: z
    .boolean()
    .default(false)
    .describe('Everybody who may search sees it; who shared it and administrators change and remove it.'),
});

export const savedSearch = z
  .object({
    name: searchName,
    filter: savedFilter,
    shared: z.boolean(),
    by: z.string().describe('Who saved it.'),
    mayChange: z.boolean().describe('Whether the caller may replace and remove it.'),
    savedAt: moment,
  })
  .meta({ id: 'SavedSearch' });

export const byName = z.object({ name: searchName });

export type SavedSearchView = z.output<typeof savedSearch>;
export type SavedFilter = z.output<typeof savedFilter>;
