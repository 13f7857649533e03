/** Transcripts of devices. */
import type { Route } from '../route.ts';
import { policyChanged } from '../schemas/sources.ts';
import * as s from '../schemas/transcripts.ts';

export const transcriptRoutes = {
  transcripts: {
    method: 'GET',
    path: '/api/v1/transcripts',
    summary: 'Whose sessions are kept, and captures that are on.',
    role: 'help-desk',
    response: s.transcriptKeys,
  },
  transcript: {
    method: 'GET',
    path: '/api/v1/transcripts/{key}',
    summary: 'The last sessions of a source or address, with the switches that would have helped.',
    role: 'help-desk',
    params: s.byTranscriptKey,
    response: s.transcriptList,
    problems: [400, 404],
  },
  startCapture: {
    method: 'POST',
    path: '/api/v1/transcripts/{key}/capture',
    summary:
      'Keep every session of it whole for fifteen minutes; passwords and contents are left out even so.',
    role: 'operator',
    params: s.byTranscriptKey,
    response: s.captureView,
    problems: [400, 409],
  },
  stopCapture: {
    method: 'DELETE',
    path: '/api/v1/transcripts/{key}/capture',
    summary: 'End a capture.',
    role: 'operator',
    params: s.byTranscriptKey,
    success: 204,
    problems: [400, 404],
  },
  applySwitches: {
    method: 'POST',
    path: '/api/v1/transcripts/{key}/switches',
    summary: 'Add quirks and repairs to the source.',
    role: 'administrator',
    params: s.byTranscriptKey,
    body: s.applySwitches,
    response: policyChanged,
    problems: [400, 404, 409, 422],
  },
} as const satisfies Record<string, Route>;
