/** Set-up, limits, certificates, nodes and the review of the allow-list. */
import type { Route } from '../route.ts';
import * as s from '../schemas/setup.ts';

export const setupRoutes = {
  setup: {
    method: 'GET',
    path: '/api/v1/setup',
    summary: 'What is set up and what is still to be done.',
    role: 'viewer',
    response: s.setup,
  },
  limits: {
    method: 'GET',
    path: '/api/v1/limits',
    summary: 'Limits of Microsoft 365: used, left, and what will wait.',
    role: 'viewer',
    response: s.limits,
  },
  certificates: {
    method: 'GET',
    path: '/api/v1/certificates',
    summary: 'Certificates and secrets, the next to end first.',
    role: 'viewer',
    response: s.certificates,
  },
  nodes: {
    method: 'GET',
    path: '/api/v1/nodes',
    summary: 'The node, its store and its storage.',
    role: 'viewer',
    response: s.nodes,
  },
  allowList: {
    method: 'GET',
    path: '/api/v1/allow-list',
    summary: 'Every permission to send with its age, overlaps and width.',
    role: 'viewer',
    response: s.allowList,
  },
} as const satisfies Record<string, Route>;
