/** What waits, grouped by what it waits for. */
import type { Route } from '../route.ts';
import * as s from '../schemas/queue.ts';

export const queueRoutes = {
  queueGroups: {
    method: 'GET',
    path: '/api/v1/queue',
    summary: 'What waits, grouped by connector, domain and reason.',
    role: 'viewer',
    query: s.queueQuery,
    response: s.queueView,
    problems: [400],
  },
} as const satisfies Record<string, Route>;
