/** The way out of old TLS and plaintext. */
import type { Route } from '../route.ts';
import * as s from '../schemas/exit-plan.ts';

export const exitPlanRoutes = {
  exitPlan: {
    method: 'GET',
    path: '/api/v1/exit-plan',
    summary:
      'What closing old TLS, plaintext or a kind of certificate would do to each source, from what was seen.',
    role: 'viewer',
    query: s.exitPlanQuery,
    response: s.exitPlan,
    problems: [400],
  },
} as const satisfies Record<string, Route>;
