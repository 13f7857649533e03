/** Who may send. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import * as s from '../schemas/sources.ts';

export const sourcesRoutes = {
  sources: {
    method: 'GET',
    path: '/api/v1/sources',
    summary: 'Who may send.',
    role: 'viewer',
    response: z.object({ items: z.array(s.sourceView) }),
  },
} as const satisfies Record<string, Route>;
