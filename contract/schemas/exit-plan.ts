/** Leaving old TLS and plaintext: who was seen with what, and what a step would close to whom. */
import { z } from 'zod';
import { moment } from './common.ts';

const fate = z.enum(['cut-off', 'at-risk', 'unknown', 'unaffected']);

const trend = z.enum(['falling', 'rising', 'steady', 'none', 'unknown']);

export const exitPlanQuery = z.object({
  cipher: z
    .string()
    .max(100)
    .optional()
    .describe('Sources that agreed on this suite alone; `weak`: on any with a weakness.'),
});

export const exitPlan = z
  .object({
    since: moment.optional().describe('Begin of the oldest week that counts.'),
    sources: z.array(
      z.object({
        source: z.string(),
        owner: z.string().optional(),
        lastAt: moment,
        tls: z.array(
          z.object({ version: z.string(), cipher: z.string(), sessions: z.int(), lastAt: moment }),
        ),
        plainSessions: z.int(),
        clearLogins: z.int(),
        trend: trend.describe(
          'Of sessions without TLS and logins in clear: the last six weeks against the six before, or the halves of the time since the source was first seen; `unknown` below four weeks.',
        ),
        oldTls: trend.describe(
          'Of sessions below TLS 1.2: the last fifteen days against the fifteen before, or the halves of the time since the source was first seen; `unknown` below fourteen days.',
        ),
        weeks: z
          .array(z.object({ tls: z.int(), plain: z.int(), clear: z.int() }))
          .describe('The oldest first.'),
      }),
    ),
    ciphers: z
      .array(
        z.object({
          cipher: z.string().describe('Name at IANA; `other`: more than six of a source on one day.'),
          versions: z.array(z.string()),
          sources: z.array(z.string()),
          sessions: z.int(),
          lastAt: moment,
          weakness: z.string().optional().describe('What is against it.'),
        }),
      )
      .describe('Cipher suites that were agreed on, over all sources; those with a weakness first.'),
    unseen: z.array(z.string()).describe('Sources of the policy of which no session was seen.'),
    steps: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        setting: z.string().describe('Where it is closed.'),
        affected: z.int(),
        sources: z.array(
          z.object({
            source: z.string(),
            owner: z.string().optional(),
            fate,
            text: z.string(),
            lastAt: moment.optional(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'ExitPlan' });

export type ExitPlanView = z.output<typeof exitPlan>;
