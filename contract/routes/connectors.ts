/** How mail leaves. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { byName } from '../route.ts';
import * as s from '../schemas/connectors.ts';

export const connectorsRoutes = {
  connectors: {
    method: 'GET',
    path: '/api/v1/connectors',
    summary: 'How mail leaves, and how that goes.',
    role: 'viewer',
    response: z.object({ items: z.array(s.connectorView) }),
  },
  suspend: {
    method: 'POST',
    path: '/api/v1/connectors/{name}/suspend',
    summary: 'Hold mail of a connector back until it is resumed or the relay is started again.',
    role: 'operator',
    params: byName,
    body: s.suspendBody.prefault({}),
    response: s.connectorView,
    problems: [400, 404],
  },
  resume: {
    method: 'POST',
    path: '/api/v1/connectors/{name}/resume',
    summary: 'Use a suspended connector again.',
    role: 'operator',
    params: byName,
    response: s.connectorView,
    problems: [400, 404, 409],
  },
} as const satisfies Record<string, Route>;
