/** The audit log. */
import type { Route } from '../route.ts';
import { page } from '../route.ts';
import * as s from '../schemas/audit.ts';

export const auditRoutes = {
  audit: {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Who did what, newest first.',
    role: 'administrator',
    query: s.auditQuery,
    response: page(s.auditEntry),
    problems: [400],
  },
  verifyAudit: {
    method: 'GET',
    path: '/api/v1/audit/verify',
    summary: 'Whether the audit log is whole: nothing changed, removed, reordered or cut off.',
    role: 'administrator',
    response: s.auditVerdict,
  },
  exportAudit: {
    method: 'GET',
    path: '/api/v1/audit/export',
    summary: 'The whole audit log, oldest first, one JSON object a line.',
    role: 'administrator',
    contentType: 'application/x-ndjson; charset=utf-8',
  },
} as const satisfies Record<string, Route>;
