/** What ends or falls due. */
import type { Route } from '../route.ts';
import * as s from '../schemas/calendar.ts';

export const calendarRoutes = {
  calendar: {
    method: 'GET',
    path: '/api/v1/calendar',
    summary: 'Everything that ends or falls due, the next first.',
    role: 'viewer',
    query: s.calendarQuery,
    response: s.calendar,
    problems: [400],
  },
  calendarExport: {
    method: 'GET',
    path: '/api/v1/calendar/relay365.ics',
    summary: 'The same as iCalendar (RFC 5545), with the same filters.',
    role: 'viewer',
    query: s.calendarQuery,
    contentType: 'text/calendar; charset=utf-8',
    problems: [400],
  },
} as const satisfies Record<string, Route>;
