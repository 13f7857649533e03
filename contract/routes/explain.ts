/** "What does this mean?" */
import type { Route } from '../route.ts';
import * as s from '../schemas/explain.ts';

export const explainRoutes = {
  explain: {
    method: 'POST',
    path: '/api/v1/explain',
    summary: 'Explain a reply, an error or a returned message; nothing is asked of anybody.',
    role: 'help-desk',
    readsOnly: true,
    body: s.explainBody,
    response: s.explained,
    problems: [400, 404, 409, 422],
  },
} as const satisfies Record<string, Route>;
