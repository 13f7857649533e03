/** Counts over time, what happens now, and what sources were seen doing. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { byName } from '../route.ts';
import * as s from '../schemas/traffic.ts';

export const trafficRoutes = {
  statistics: {
    method: 'GET',
    path: '/api/v1/statistics',
    summary: 'Counts of the last hour, day or month.',
    role: 'viewer',
    query: s.statisticsQuery,
    response: s.statisticsView,
    problems: [400],
  },
  live: {
    method: 'GET',
    path: '/api/v1/live',
    summary: 'What happens now, once a second.',
    role: 'help-desk',
    response: s.liveView,
    stream: true,
  },
  sightings: {
    method: 'GET',
    path: '/api/v1/sightings',
    summary: 'What sources were seen doing.',
    role: 'viewer',
    response: z.object({ items: z.array(s.sourceSighting) }),
  },
  sighting: {
    method: 'GET',
    path: '/api/v1/sightings/{name}',
    summary: 'What one source was seen doing.',
    role: 'viewer',
    params: byName,
    response: s.sightingDetail,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
