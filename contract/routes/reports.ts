/** Reports for a month. */
import type { Route } from '../route.ts';
import * as s from '../schemas/reports.ts';

export const reportsRoutes = {
  reports: {
    method: 'GET',
    path: '/api/v1/reports',
    summary: 'Months of which there are counts.',
    role: 'viewer',
    response: s.months,
  },
  report: {
    method: 'GET',
    path: '/api/v1/reports/{month}',
    summary: 'Volumes, failures, unauthorised attempts, plaintext devices and what ends, of one month.',
    role: 'viewer',
    params: s.monthParams,
    response: s.report,
    problems: [400, 404],
  },
  reportCsv: {
    method: 'GET',
    path: '/api/v1/reports/{month}/csv',
    summary: 'The same as one table of section, name, measure and value.',
    role: 'viewer',
    params: s.monthParams,
    contentType: 'text/csv; charset=utf-8',
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
