/** Backups and retention. Restoring is a command, for a relay that does not run. */
import type { Route } from '../route.ts';
import * as s from '../schemas/backup.ts';

export const backupRoutes = {
  backups: {
    method: 'GET',
    path: '/api/v1/backups',
    summary: 'Backups that were made, the last good one and the last rehearsal.',
    role: 'viewer',
    response: s.backups,
  },
  createBackup: {
    method: 'POST',
    path: '/api/v1/backups',
    summary: 'Make a backup now, at the place that relay365.yaml names; answers when it is whole.',
    role: 'administrator',
    body: s.createBody.prefault({}),
    response: s.backup,
    success: 201,
    creates: true,
    problems: [400, 403, 409, 503],
  },
  verifyBackup: {
    method: 'POST',
    path: '/api/v1/backups/{name}/verify',
    summary: 'Read a backup to its end and check every part of it.',
    role: 'administrator',
    params: s.backupParams,
    response: s.backup,
    problems: [400, 404, 409],
  },
  rehearseBackup: {
    method: 'POST',
    path: '/api/v1/backups/{name}/rehearse',
    summary: 'Restore a backup into a temporary directory, open it, count, compare, and delete it again.',
    role: 'administrator',
    params: s.backupParams,
    response: s.backup,
    problems: [400, 404, 409],
  },
  retention: {
    method: 'GET',
    path: '/api/v1/retention',
    summary: 'How long what is kept, and what the last sweep removed.',
    role: 'viewer',
    response: s.retention,
  },
} as const satisfies Record<string, Route>;
