/** "What would happen." */
import type { Route } from '../route.ts';
import * as s from '../schemas/simulator.ts';

export const simulatorRoutes = {
  simulate: {
    method: 'POST',
    path: '/api/v1/simulate',
    summary: 'Say what would happen to a message, stage by stage; nothing is sent.',
    role: 'help-desk',
    readsOnly: true,
    body: s.simulation,
    response: s.simulationResult,
    problems: [400, 404, 422],
  },
} as const satisfies Record<string, Route>;
