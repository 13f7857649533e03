/** Health, metrics and state. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import * as s from '../schemas/system.ts';

export const systemRoutes = {
  health: {
    method: 'GET',
    path: '/healthz',
    summary: 'The process is alive.',
    role: 'anyone',
    response: s.health,
  },
  ready: {
    method: 'GET',
    path: '/readyz',
    summary: 'Mail is accepted.',
    role: 'anyone',
    response: s.health,
    problems: [503],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in Prometheus text format.',
    role: 'anyone',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  },
  openapi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    role: 'anyone',
    response: z.record(z.string(), z.unknown()),
  },
  status: {
    method: 'GET',
    path: '/api/v1/status',
    summary: 'State of this relay.',
    role: 'viewer',
    response: s.status,
  },
} as const satisfies Record<string, Route>;
