/** What the doctor found: named checks, each with evidence and advice. */
import { z } from 'zod';
import { moment } from './common.ts';

export const doctorState = z.enum(['ok', 'warn', 'fail', 'unknown']);

export const doctorFinding = z.object({
  id: z
    .string()
    .describe('Stable: name of the check and, after a colon, what it looked at: `spf:contoso.com`.'),
  check: z.string().describe('Name of the check.'),
  title: z.string(),
  state: doctorState.describe('`unknown`: it could not be found out.'),
  input: z.string().describe('What was looked at.'),
  evidence: z.string().describe('What was seen.'),
  advice: z.string().optional().describe('What puts it right, the line to enter included.'),
  details: z.array(z.string()).describe('The steps that led to the finding.'),
  source: z.string().describe('RFC or page of Microsoft that it rests on.'),
  ms: z.number().describe('Milliseconds that the check took.'),
  since: moment.optional().describe('Begin of this state, over runs.'),
});

const counts = z.object({ ok: z.int(), warn: z.int(), fail: z.int(), unknown: z.int() });

export const doctorRun = z
  .object({
    at: moment,
    by: z.string().describe('Account, or `daily`.'),
    ms: z.number(),
    state: doctorState,
    counts,
    findings: z.array(doctorFinding).describe('The worst first.'),
  })
  .meta({ id: 'DoctorRun' });

export const doctorView = z
  .object({
    last: doctorRun.optional().describe('Absent: it never ran.'),
    running: z.boolean(),
    nextAt: moment.optional().describe('Of the daily run.'),
    history: z
      .array(
        z.object({
          at: moment,
          by: z.string(),
          counts,
          changes: z
            .array(z.object({ id: z.string(), from: doctorState.optional(), to: doctorState }))
            .describe('Findings whose state differs from the run before.'),
        }),
      )
      .describe('Runs, the newest first.'),
    checks: z
      .array(z.object({ check: z.string(), title: z.string(), source: z.string(), needsRelay: z.boolean() }))
      .describe('All checks there are.'),
  })
  .meta({ id: 'Doctor' });

export const doctorRunBody = z.object({
  checks: z.array(z.string().max(60)).max(60).optional().describe('Names; absent: all.'),
});

export type DoctorState = z.output<typeof doctorState>;
export type DoctorFinding = z.output<typeof doctorFinding>;
export type DoctorRun = z.output<typeof doctorRun>;
export type DoctorView = z.output<typeof doctorView>;
