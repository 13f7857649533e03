/** Everything that ends or falls due, in one calendar. */
import { z } from 'zod';
import { moment } from './common.ts';

export const calendarKind = z.enum([
  'source',
  'permission',
  'block',
  'source-review',
  'firmware-review',
  'source-password',
  'silent-source',
  'listener-certificate',
  'console-certificate',
  'client-ca',
  'connector-certificate',
  'connector-ca',
  'application-certificate',
  'device-certificate',
  'client-secret',
  'password',
  'refresh-token',
  'api-token',
  'microsoft-365',
]);

export const calendarState = z
  .enum(['overdue', 'due', 'soon', 'later'])
  .describe('`due`: within 7 days; `soon`: within 30 days.');

export const calendarItem = z
  .object({
    id: z.string().describe('Stable while the thing has this date.'),
    kind: calendarKind,
    name: z.string().describe('Of the source, connector, token or setting; of a date of Microsoft its day.'),
    title: z.string().describe('What falls due, in words.'),
    dueAt: moment,
    precision: z.enum(['day', 'month', 'half-year', 'year']).describe('How exactly the date is known.'),
    days: z.int().describe('Whole days that remain; negative after it.'),
    state: calendarState,
    owner: z.string().optional().describe('Who answers for it.'),
    breaks: z.string().describe('What breaks when nothing is done.'),
    todo: z.string().describe('What to do.'),
    source: z.string().optional(),
    connector: z.string().optional(),
    certainty: z
      .enum(['official', 'community', 'unconfirmed'])
      .optional()
      .describe('Of a date of Microsoft.'),
    reference: z.string().optional().describe('Page on which a date of Microsoft stands.'),
    reminded: z
      .array(z.object({ days: z.int().describe('Days ahead; 0: at or after the end.'), at: moment }))
      .describe('Reminders that went out for this date.'),
  })
  .meta({ id: 'CalendarItem' });

export const calendarQuery = z.object({
  text: z.string().max(200).optional().describe('Part of title, name or owner.'),
  kind: calendarKind.optional(),
  owner: z.string().max(320).optional(),
  state: calendarState.optional(),
  source: z.string().max(100).optional(),
  connector: z.string().max(100).optional(),
  within: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .optional()
    .describe('Days ahead; what is overdue is in it too.'),
});

export const calendar = z
  .object({
    items: z.array(calendarItem).describe('The next to fall due first.'),
    counts: z
      .object({ overdue: z.int(), due: z.int(), soon: z.int(), later: z.int() })
      .describe('Before the filter.'),
    reminders: z.object({
      days: z.array(z.int()),
      mail: z.boolean().describe('Reminders and digest go out by mail; else they are events alone.'),
      administrators: z.array(z.string()),
      nextDigestAt: moment.optional(),
      lastDigestAt: moment.optional(),
    }),
  })
  .meta({ id: 'Calendar' });

export type CalendarKind = z.output<typeof calendarKind>;
export type CalendarItem = z.output<typeof calendarItem>;
export type CalendarQuery = z.output<typeof calendarQuery>;
export type CalendarView = z.output<typeof calendar>;
