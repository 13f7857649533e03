/** The Microsoft 365 side. */
import type { Route } from '../route.ts';
import * as s from '../schemas/microsoft365.ts';

export const microsoft365Routes = {
  microsoft365SetUp: {
    method: 'GET',
    path: '/api/v1/microsoft365/set-up',
    summary:
      'What the tenants of the policy must be set up with, and the way back; nothing is asked of them.',
    role: 'viewer',
    query: s.microsoft365Query,
    response: s.microsoft365SetUp,
    problems: [400],
  },
  microsoft365Audit: {
    method: 'POST',
    path: '/api/v1/microsoft365/audit',
    summary: 'Where a tenant differs from what the policy needs, from files that it wrote. Nothing is kept.',
    role: 'viewer',
    readsOnly: true,
    body: s.auditFiles,
    response: s.microsoft365Audit,
    problems: [400],
  },
  arrivals: {
    method: 'POST',
    path: '/api/v1/microsoft365/arrivals',
    summary:
      'Join message traces and returned messages to our messages: did they arrive? The verdicts are kept with these.',
    role: 'help-desk',
    body: s.arrivalBody,
    response: s.arrivalTable,
    problems: [400, 409],
  },
} as const satisfies Record<string, Route>;
