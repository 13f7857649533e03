/** Failed logins, lock-outs, TLS, and clients that no source names. */
import { z } from 'zod';
import { limitQuery, moment } from './common.ts';
import { eventView } from './events.ts';
import { sourceSighting } from './traffic.ts';

const lockOut = z.object({
  id: z.string(),
  kind: z.enum(['address', 'user']),
  door: z
    .enum(['smtp', 'console'])
    .describe('`smtp`: logins of devices. `console`: sign-in to console and API, shown to administrators.'),
  key: z.string().describe('The address (of IPv6 its /64) or the user name.'),
  until: moment,
});

export const securityOverview = z
  .object({
    failedLogins: z.object({
      hour: z.int(),
      day: z.int(),
      recent: z.array(eventView).describe('The latest twenty that were kept.'),
    }),
    lockOuts: z.array(lockOut).describe('In force now, at most 1000, the last to end first.'),
    tls: z.object({
      weeks: z
        .array(z.object({ from: moment, tlsSessions: z.int(), plainSessions: z.int(), clearLogins: z.int() }))
        .describe('Sessions of all sources, the last twelve weeks, the oldest first.'),
      days: z
        .array(
          z.object({
            from: moment,
            plainSessions: z.int(),
            clearLogins: z.int(),
            versions: z.array(z.object({ version: z.string(), sessions: z.int() })),
          }),
        )
        .describe(
          'Of all sources, the days of the last thirty on which something was seen, the oldest first.',
        ),
      sources: z.array(
        sourceSighting.pick({
          source: true,
          lastAt: true,
          tls: true,
          plainSessions: true,
          plainLastAt: true,
          clearLogins: true,
          clearLoginLastAt: true,
        }),
      ),
    }),
  })
  .meta({ id: 'SecurityOverview' });

export const strangerView = z
  .object({
    address: z.string().describe('Seen last.'),
    network: z.string().describe('What is grouped: the address; of IPv6 its /64.'),
    count: z.int(),
    firstAt: moment,
    lastAt: moment,
    helos: z.array(z.string()).describe('Names it gave itself; here and below the first ten.'),
    senders: z.array(z.string()),
    recipients: z.array(z.string()),
    listeners: z.array(z.string()),
    tls: z.string().optional().describe('TLS version seen last; absent: none.'),
    rule: z.string().describe('What refused it last.'),
    reverseName: z
      .string()
      .optional()
      .describe('Name that its reverse zone gives, which whoever runs that zone may choose freely.'),
    decision: z.enum(['none', 'ignored', 'blocked']),
  })
  .meta({ id: 'Stranger' });

export const strangersQuery = z.object({
  text: z.string().max(300).optional().describe('Part of address, name, sender or recipient.'),
  decision: z.enum(['none', 'ignored', 'blocked']).optional(),
  order: z.enum(['latest', 'most']).default('latest'),
  limit: limitQuery,
  cursor: z.string().max(500).optional(),
});

export const selfTest = z
  .object({
    at: moment,
    domain: z.string().describe('Domain of ours that the probes used.'),
    isOpen: z.boolean().describe('At least one probe was taken.'),
    listeners: z.array(
      z.object({
        listener: z.string(),
        address: z.string().describe('Of the client that asked; one that no real client has.'),
        takenFor: z
          .string()
          .optional()
          .describe('Source that this address was taken for, because it names every unknown address.'),
        probes: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            why: z.string(),
            verdict: z.enum(['refused', 'deferred', 'taken']),
            steps: z.array(z.object({ line: z.string(), reply: z.string() })),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'SelfTest' });

export type SelfTest = z.output<typeof selfTest>;
export type SecurityOverview = z.output<typeof securityOverview>;
export type StrangerView = z.output<typeof strangerView>;
