/** A draft of the policy against what really came. */
import type { Route } from '../route.ts';
import * as s from '../schemas/replay.ts';

export const replayRoutes = {
  replayPolicy: {
    method: 'POST',
    path: '/api/v1/policy/replay',
    summary: 'Judge the messages and refusals of the last day by a draft, and list what would differ.',
    role: 'operator',
    readsOnly: true,
    body: s.replayBody,
    response: s.replayResult,
    problems: [400, 422],
  },
} as const satisfies Record<string, Route>;
