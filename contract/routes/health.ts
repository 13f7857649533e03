/** How the relay itself does: checks with history. */
import type { Route } from '../route.ts';
import * as s from '../schemas/health.ts';

export const healthRoutes = {
  healthChecks: {
    method: 'GET',
    path: '/api/v1/health',
    summary: 'Checks of the relay itself, with their history.',
    role: 'viewer',
    response: s.healthView,
  },
} as const satisfies Record<string, Route>;
