/** What is still to be set up, what ends, what runs out, and what the relay stands on. */
import { z } from 'zod';
import { finding, moment, quotaScope } from './common.ts';
import { ageState } from './sources.ts';

export const setupStep = z.object({
  id: z.string(),
  tier: z.enum(['can-send', 'delivers-well']),
  title: z.string(),
  state: z.enum(['done', 'open', 'attention', 'unknown']),
  detail: z.string().describe('What was found.'),
  why: z.string(),
  how: z.array(z.string()),
  page: z.string().describe('Page of the console where it is done.'),
});

export const setup = z
  .object({
    steps: z.array(setupStep),
    done: z.int(),
    total: z.int(),
    canSend: z.boolean().describe('Every step of the first tier is done.'),
  })
  .meta({ id: 'Setup' });

export const limits = z
  .object({
    items: z.array(
      z.object({
        quota: z.string().describe('What is counted, in which time, and whose it is.'),
        scope: quotaScope,
        owner: z.string().describe('Whose it is, in words.'),
        connectors: z.array(z.string()).describe('Those that share it.'),
        used: z.int(),
        limit: z.int(),
        free: z.int(),
        state: z.enum(['free', 'low', 'exhausted']),
        runsOutAt: moment.optional().describe('At the rate of the last hour.'),
        freeAt: moment.optional().describe('When there is room again.'),
        consequence: z.string().describe('What is held, or will be.'),
      }),
    ),
  })
  .meta({ id: 'Limits' });

export const certificateItem = z.object({
  kind: z.enum([
    'listener-certificate',
    'console-certificate',
    'client-ca',
    'connector-certificate',
    'connector-ca',
    'application-certificate',
    'client-secret',
    'password',
    'refresh-token',
    'device-certificate',
  ]),
  name: z.string(),
  owner: z.string().optional(),
  usedBy: z.string().describe('Where it is used.'),
  subject: z.string().optional(),
  issuer: z.string().optional(),
  notBefore: moment.optional(),
  notAfter: moment.optional(),
  days: z.int().optional().describe('Whole days that remain; negative after the end.'),
  fingerprint: z.string().optional().describe('SHA-256.'),
  state: z.enum(['good', 'ends-soon', 'ended', 'not-yet', 'self-signed', 'unknown']),
  detail: z.string(),
});

export const certificates = z.object({ items: z.array(certificateItem) }).meta({ id: 'Certificates' });

export const nodes = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        runtime: z.string(),
        startedAt: moment,
        pid: z.int(),
        store: z.string(),
        data: z.string(),
        durable: z.boolean(),
        areas: z.array(z.object({ area: z.string(), bytes: z.number(), files: z.int() })),
        bytesFree: z.number().optional(),
        storeLatencyMs: z.number().describe('Of one reading, just now.'),
        memoryBytes: z.number(),
      }),
    ),
  })
  .meta({ id: 'Nodes' });

export const allowList = z
  .object({
    items: z.array(
      z.object({
        source: z.string(),
        range: z.string().optional().describe('Absent: the source as a whole.'),
        path: z.string(),
        age: ageState,
        owner: z.string().optional(),
        note: z.string().optional(),
        endsAt: moment.optional(),
        heldFrom: moment.optional().describe('From when its mail is held.'),
        refusedAt: moment.optional(),
        addresses: z.string().optional().describe('How many addresses it holds; a decimal number.'),
        overlaps: z
          .array(
            z.object({ source: z.string(), range: z.string(), kind: z.enum(['same', 'within', 'holds']) }),
          )
          .describe('Entries of other sources with the same addresses, the first fifty.'),
        overlapCount: z.int().describe('How many there are, named here or not.'),
        coveredBy: z.string().optional().describe('Another entry that makes this one needless.'),
        tooWide: z.boolean(),
        lastSeenAt: moment.optional(),
      }),
    ),
    ageing: z.object({ remindMs: z.number(), graceMs: z.number(), quarantineMs: z.number() }),
    findings: z.array(finding),
  })
  .meta({ id: 'AllowList' });

export type SetupStep = z.output<typeof setupStep>;
export type SetupView = z.output<typeof setup>;
export type LimitsView = z.output<typeof limits>;
export type CertificateItem = z.output<typeof certificateItem>;
export type NodesView = z.output<typeof nodes>;
export type AllowList = z.output<typeof allowList>;
