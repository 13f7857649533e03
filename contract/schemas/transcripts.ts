/** What was said in the last sessions of sources and unknown addresses, without passwords and contents. */
import { z } from 'zod';
import { moment } from './common.ts';

const key = z.string().min(1).max(100).describe('Name of a source, or an address that no source has.');

export const byTranscriptKey = z.object({ key });

const switches = z.object({
  quirks: z.array(z.object({ name: z.string(), why: z.string() })),
  repair: z.array(z.object({ name: z.string(), why: z.string() })),
});

export const transcriptKeys = z
  .object({
    items: z.array(
      z.object({
        key,
        kind: z.enum(['source', 'address']),
        lastAt: moment,
        sessions: z.int().describe('Since its transcripts are kept.'),
        failedSessions: z.int(),
        suggested: z.array(z.string()).describe('Switches that would have helped its last failed sessions.'),
      }),
    ),
    captures: z.array(z.object({ key, by: z.string(), until: moment, sessions: z.int() })),
  })
  .meta({ id: 'TranscriptKeys' });

export const transcriptList = z
  .object({
    key,
    suggested: switches.describe('Switches of the source that would have helped.'),
    canApply: z.boolean().describe('There is such a source, and the policy can be changed here.'),
    sessions: z.array(
      z.object({
        ref: z.string(),
        address: z.string(),
        listener: z.string(),
        startedAt: moment,
        endedAt: moment,
        ending: z.string(),
        failed: z.boolean(),
        dropped: z.int().describe('Lines that were not kept.'),
        suggested: switches,
        lines: z.array(z.object({ at: moment, from: z.enum(['client', 'relay', 'note']), text: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Transcripts' });

export const captureView = z.object({ key, by: z.string(), until: moment }).meta({ id: 'Capture' });

export const applySwitches = z.object({
  quirks: z.array(z.string().max(50)).max(20).default([]),
  repair: z.array(z.string().max(50)).max(20).default([]),
});

export type TranscriptKeys = z.output<typeof transcriptKeys>;
export type TranscriptList = z.output<typeof transcriptList>;
