/** Counts over time, what happens now, and what sources were seen doing. */
import { z } from 'zod';
import { moment } from './common.ts';
import { ageBucket } from './queue.ts';

const counts = {
  accepted: z.int().describe('Messages answered with 250.'),
  relayed: z
    .int()
    .describe('Messages of which the last recipient became final, and at least one was relayed.'),
  deferred: z.int().describe('Attempts after which something has to be tried again.'),
  refused: z.int().describe('Commands, contents and logins refused.'),
  failed: z.int().describe('Messages that failed or expired for at least one recipient.'),
};

export const statisticsQuery = z.object({
  range: z.enum(['hour', 'day', 'month']).default('hour').describe('The last hour, 24 hours or 30 days.'),
  by: z.enum(['total', 'source', 'connector']).default('total'),
  name: z.string().max(100).optional().describe('Of this source or connector alone.'),
});

export const statisticsView = z
  .object({
    range: z.enum(['hour', 'day', 'month']),
    stepMs: z.int(),
    times: z.array(moment).describe('Begin of each step.'),
    series: z
      .array(
        z.object({
          name: z
            .string()
            .describe('`total`, or the name of source or connector; `(other)`: the rest together.'),
          sum: z.object(counts),
          ...(Object.fromEntries(
            Object.entries(counts).map(([name, field]) => [
              name,
              z.array(z.int()).describe(field.description ?? ''),
            ]),
          ) as { [K in keyof typeof counts]: z.ZodArray<z.ZodInt> }),
        }),
      )
      .describe('At most 20, the busiest first.'),
    queueAge: z.array(ageBucket).describe('Messages in work now, by time since acceptance.'),
  })
  .meta({ id: 'Statistics' });

export const liveView = z
  .object({
    at: moment,
    intervalMs: z.int().describe('Time that `counts` are of.'),
    counts: z.object(counts),
    queue: z.object({ active: z.int(), held: z.int(), oldestAt: moment.optional() }),
    connectors: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['ok', 'trouble', 'suspended']),
        reason: z.string().optional(),
        active: z.int(),
        waiting: z.int(),
      }),
    ),
    alerts: z
      .object({
        open: z.int().describe('Open alerts, acknowledged ones among them.'),
        worst: z.enum(['warning', 'critical']).optional().describe('Of those that nobody acknowledged.'),
      })
      .describe('Alerts as of the last look.'),
    messages: z
      .array(
        z.object({
          id: z.string(),
          at: moment,
          source: z.string(),
          address: z.string(),
          sender: z.string(),
          recipients: z.int(),
          bytes: z.int(),
        }),
      )
      .describe('Accepted since the event before, the newest first, at most 20.'),
    refusals: z
      .array(
        z.object({
          ref: z.string(),
          at: moment,
          kind: z.string(),
          address: z.string(),
          source: z.string().optional(),
          explanation: z.string(),
        }),
      )
      .describe('Since the event before, the newest first, at most 20.'),
  })
  .meta({ id: 'Live' });

const tlsUse = z.object({
  version: z.string(),
  cipher: z.string(),
  sessions: z.int(),
  lastAt: moment,
});

export const sourceSighting = z
  .object({
    source: z.string(),
    firstAt: moment,
    lastAt: moment,
    day: z.object({ messages: z.int(), bytes: z.int() }).describe('Of the last 24 hours.'),
    month: z.object({ messages: z.int(), bytes: z.int() }).describe('Of the last 30 days.'),
    addresses: z.array(z.object({ address: z.string(), lastAt: moment })).describe('The latest twenty.'),
    tls: z.array(tlsUse).describe('Version and cipher of sessions, the latest first.'),
    plainSessions: z.int().describe('Sessions without TLS.'),
    plainLastAt: moment.optional(),
    clearLogins: z.int().describe('Logins whose password crossed the network in clear.'),
    clearLoginLastAt: moment.optional(),
    certificate: z
      .object({ fingerprint: z.string(), lastAt: moment })
      .optional()
      .describe('Client certificate seen last.'),
    weeks: z
      .array(z.object({ from: moment, tlsSessions: z.int(), plainSessions: z.int(), clearLogins: z.int() }))
      .describe('The last twelve, the oldest first.'),
  })
  .meta({ id: 'Sighting' });

/** TLS of one day; version `other`: those beyond the first six pairs of the day. */
const tlsDay = z.object({
  from: moment.describe('Begin of the day, UTC.'),
  plainSessions: z.int(),
  clearLogins: z.int(),
  tls: z.array(z.object({ version: z.string(), cipher: z.string(), sessions: z.int() })),
});

export const sightingDetail = sourceSighting
  .extend({
    tlsDays: z
      .array(tlsDay)
      .describe('The days of the last thirty on which something was seen, the oldest first.'),
  })
  .meta({ id: 'SightingDetail' });

export type StatisticsView = z.output<typeof statisticsView>;
export type StatisticsQuery = z.output<typeof statisticsQuery>;
export type LiveView = z.output<typeof liveView>;
export type SightingView = z.output<typeof sourceSighting>;
export type SightingDetail = z.output<typeof sightingDetail>;
