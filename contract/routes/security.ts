/** Failed logins, lock-outs, TLS, and clients that no source names. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { page } from '../route.ts';
import * as s from '../schemas/security.ts';

export const securityRoutes = {
  securityOverview: {
    method: 'GET',
    path: '/api/v1/security/overview',
    summary: 'Failed logins, lock-outs, and who sends without TLS.',
    role: 'viewer',
    response: s.securityOverview,
  },
  endLockOut: {
    method: 'DELETE',
    path: '/api/v1/security/lock-outs/{id}',
    summary: 'End a lock-out now; one of the console is for administrators.',
    role: 'operator',
    params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,500}$/) }),
    response: z.object({ result: z.literal('done') }),
    problems: [400, 404],
  },
  selfTest: {
    method: 'POST',
    path: '/api/v1/security/self-test',
    summary:
      'Try the classic ways of misusing a relay on every listener, as a client that no source names; nothing is sent.',
    role: 'operator',
    readsOnly: true,
    response: s.selfTest,
  },
  strangers: {
    method: 'GET',
    path: '/api/v1/strangers',
    summary: 'Clients that no source names, grouped by address.',
    role: 'help-desk',
    query: s.strangersQuery,
    response: page(s.strangerView),
    problems: [400],
  },
} as const satisfies Record<string, Route>;
