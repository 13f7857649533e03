/** The report of a month. */
import { z } from 'zod';
import { calendarItem } from './calendar.ts';
import { moment } from './common.ts';

const counted = {
  accepted: z.int().describe('Messages answered with 250.'),
  bytes: z.number().describe('Octets of these.'),
  relayed: z.int().describe('Messages that reached at least one recipient.'),
  failed: z.int().describe('Messages that failed or expired for at least one recipient.'),
  deferred: z.int().describe('Attempts after which something has to be tried again.'),
  refused: z.int().describe('Commands, contents and logins refused.'),
};

export const monthParams = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'expected a month such as 2026-11')
    .describe('UTC, such as `2026-11`.'),
});

export const months = z
  .object({
    items: z
      .array(
        z.object({
          month: z.string(),
          complete: z.boolean(),
          days: z.int().describe('Days that were counted.'),
        }),
      )
      .describe('The newest first.'),
  })
  .meta({ id: 'ReportMonths' });

export const report = z
  .object({
    month: z.string(),
    from: moment,
    before: moment,
    complete: z.boolean().describe('The month is over.'),
    madeAt: moment,
    hostname: z.string(),
    countedDays: z
      .int()
      .describe('Days of the month on which the relay ran; the others are not in the numbers.'),
    totals: z.object({ ...counted, failedLogins: z.int() }),
    previous: z.object(counted).optional().describe('The month before, where it was counted.'),
    days: z.array(z.object({ day: z.iso.date(), ...counted })),
    sources: z
      .array(z.object({ name: z.string(), owner: z.string().optional(), ...counted }))
      .describe('The busiest first.'),
    connectors: z.array(z.object({ name: z.string(), relayed: z.int(), failed: z.int(), deferred: z.int() })),
    failures: z
      .array(
        z.object({ cause: z.string(), text: z.string(), messages: z.int(), connectors: z.array(z.string()) }),
      )
      .describe('What attempts failed of, the most frequent first.'),
    refusals: z
      .array(z.object({ rule: z.string(), count: z.int() }))
      .describe('By the rule that refused, the most frequent first.'),
    unauthorised: z.object({
      attempts: z.int(),
      addresses: z.array(
        z.object({
          address: z.string(),
          attempts: z.int(),
          lastAt: moment,
          reverseName: z.string().optional(),
        }),
      ),
      users: z.array(z.object({ user: z.string(), attempts: z.int(), lastAt: moment })),
    }),
    plaintext: z
      .array(
        z.object({
          source: z.string(),
          owner: z.string().optional(),
          sessions: z.int().describe('Without TLS.'),
          withTls: z.int(),
          clearLogins: z.int().describe('Passwords that crossed the network in clear.'),
          lastAt: moment,
        }),
      )
      .describe('Sources that sent without TLS.'),
    ending: z
      .array(calendarItem)
      .describe('What fell or falls due in the month, and in the one after it; as of now.'),
  })
  .meta({ id: 'Report' });

export type Report = z.output<typeof report>;
export type ReportMonths = z.output<typeof months>;
