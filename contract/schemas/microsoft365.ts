/**
 * The Microsoft 365 side: what a tenant must be set up with, where it differs, and what it tells about our mail (message
 * traces and returned messages, joined to what was handed over).
 */
import { z } from 'zod';
import { moment } from './common.ts';

export const arrivalBody = z.object({
  files: z
    .array(
      z.object({
        name: z.string().max(255),
        text: z
          .string()
          .max(4_500_000)
          .describe('JSON or CSV of Get-MessageTraceV2, or a returned message (.eml).'),
      }),
    )
    .min(1)
    .max(200),
});

export const arrivalTable = z
  .object({
    counts: z.object({
      arrived: z.int(),
      notDelivered: z.int(),
      onItsWay: z.int(),
      returned: z.int(),
      notSeen: z.int(),
      notHandedOver: z.int(),
    }),
    notOurs: z.int().describe('Messages in the trace that this relay did not take.'),
    isCut: z.boolean().describe('There was more than one answer tells.'),
    arrivals: z.array(
      z.object({
        id: z.string().describe('Of our message.'),
        messageId: z.string(),
        subject: z.string().optional(),
        sender: z.string(),
        recipient: z.string(),
        verdict: z.enum([
          'arrived',
          'not-delivered',
          'on-its-way',
          'returned',
          'not-seen',
          'not-handed-over',
        ]),
        text: z.string(),
        state: z.enum(['pending', 'held', 'relayed', 'failed', 'expired']).describe('Here.'),
        relayedAt: moment.optional(),
        reply: z.string().optional().describe('Of the next hop, verbatim.'),
        exchangeStatus: z.string().optional(),
        exchangeAt: moment.optional(),
        returned: z.object({ status: z.string().optional(), diagnostic: z.string().optional() }).optional(),
      }),
    ),
  })
  .meta({ id: 'ArrivalTable' });

const egressQuery = z
  .string()
  .max(500)
  .regex(/^[\d./,\s]*$/, 'IPv4 addresses and ranges, separated by commas')
  .optional()
  .describe(
    'Public IPv4 addresses and ranges (/24 to /32) of this relay, separated by commas; absent: `egress` of the configuration.',
  );

export const microsoft365Query = z.object({ egress: egressQuery });

export const microsoft365SetUp = z
  .object({
    egress: z
      .array(z.string())
      .describe(
        'Public addresses and ranges that the lines are made with; those that no inbound connector can hold are named in a comment.',
      ),
    collect: z.string().describe('PowerShell that writes the files which the audit reads.'),
    tenants: z.array(
      z.object({
        domain: z.string(),
        script: z.string().describe('All sections to paste: what is not PowerShell stands as comments.'),
        undo: z.string().describe('The way back, likewise.'),
        sections: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            kind: z.enum(['powershell', 'dns', 'portal']).describe('Where the lines are typed.'),
            why: z.string(),
            lines: z.array(z.string()),
            check: z.array(z.string()).describe('Shows that it is in force.'),
            undo: z.array(z.string()),
            source: z.string().describe('Page of Microsoft, without `https://`.'),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Microsoft365SetUp' });

export const auditFiles = z.object({
  egress: egressQuery,
  files: z
    .array(
      z.object({
        name: z.string().max(255),
        text: z.string().max(4_500_000).describe('JSON of the cmdlets that the collect script names.'),
      }),
    )
    .min(1)
    .max(50),
});

export const microsoft365Audit = z
  .object({
    tenants: z.array(
      z.object({
        domain: z.string(),
        findings: z.array(
          z.object({
            state: z.enum(['ok', 'warn', 'fail', 'unknown']),
            subject: z.string().describe('What was looked at.'),
            text: z.string().describe('What is, and what would be right.'),
            mend: z.string().optional().describe('PowerShell that mends it.'),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Microsoft365Audit' });

export type Microsoft365SetUp = z.output<typeof microsoft365SetUp>;
export type Microsoft365Audit = z.output<typeof microsoft365Audit>;
export type ArrivalTableView = z.output<typeof arrivalTable>;
