/** The policy and its revisions. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import * as s from '../schemas/policy.ts';

export const policyRoutes = {
  policy: {
    method: 'GET',
    path: '/api/v1/policy',
    summary: 'The policy in force.',
    role: 'viewer',
    response: s.policyView,
  },
  validatePolicy: {
    method: 'POST',
    path: '/api/v1/policy/validate',
    readsOnly: true,
    summary: 'Judge a policy without using it.',
    role: 'administrator',
    body: s.policyText,
    response: s.findings,
    problems: [400],
  },
  putPolicy: {
    method: 'PUT',
    path: '/api/v1/policy',
    summary: 'Put a policy in force, where no file is the truth.',
    role: 'administrator',
    body: s.policyText,
    response: s.policyView,
    problems: [400, 409, 422],
  },
  reloadPolicy: {
    method: 'POST',
    path: '/api/v1/policy/reload',
    summary: 'Read the policy again from its file.',
    role: 'administrator',
    response: s.policyView,
    problems: [409, 422],
  },
  policyRevisions: {
    method: 'GET',
    path: '/api/v1/policy/revisions',
    summary: 'Revisions of the policy, newest first.',
    role: 'viewer',
    response: s.revisions,
  },
  policyRevision: {
    method: 'GET',
    path: '/api/v1/policy/revisions/{revision}',
    summary: 'One revision, with its difference to the one before.',
    role: 'viewer',
    params: z.object({ revision: z.coerce.number().int().min(1) }),
    response: s.revisionDetail,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
