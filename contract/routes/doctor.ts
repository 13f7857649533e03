/** The doctor: named checks of what stands between this relay and its mail arriving. */
import type { Route } from '../route.ts';
import * as s from '../schemas/doctor.ts';

export const doctorRoutes = {
  doctor: {
    method: 'GET',
    path: '/api/v1/doctor',
    summary: 'What the doctor found last, and before.',
    role: 'viewer',
    response: s.doctorView,
  },
  runDoctor: {
    method: 'POST',
    path: '/api/v1/doctor/run',
    summary: 'Run all checks, or those named, now.',
    role: 'operator',
    body: s.doctorRunBody.prefault({}),
    response: s.doctorRun,
    problems: [400, 409],
  },
} as const satisfies Record<string, Route>;
