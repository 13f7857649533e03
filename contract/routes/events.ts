/** Refusals and failed logins. */
import type { Route } from '../route.ts';
import { byRef, page } from '../route.ts';
import * as s from '../schemas/events.ts';

export const eventsRoutes = {
  events: {
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Refusals and failed logins.',
    role: 'help-desk',
    query: s.eventQuery,
    response: page(s.eventView),
    problems: [400],
  },
  event: {
    method: 'GET',
    path: '/api/v1/events/{ref}',
    summary: 'One refusal or failed login by its reference.',
    role: 'help-desk',
    params: byRef,
    response: s.eventView,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
