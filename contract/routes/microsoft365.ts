/** The Microsoft 365 side. */
import type { Route } from '../route.ts';
import * as s from '../schemas/microsoft365.ts';

export const microsoft365Routes = {
  arrivals: {
    method: 'POST',
    path: '/api/v1/microsoft365/arrivals',
    summary: 'Join message traces and returned messages to our messages: did they arrive? Nothing is kept.',
    role: 'help-desk',
    readsOnly: true,
    body: s.arrivalBody,
    response: s.arrivalTable,
    problems: [400],
  },
} as const satisfies Record<string, Route>;
