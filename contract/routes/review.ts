/** Review of the log of connections: findings, and what people decide about them. */
import type { Route } from '../route.ts';
import { byId } from '../route.ts';
import * as s from '../schemas/review.ts';

const decision = {
  method: 'POST',
  role: 'operator',
  params: byId,
  body: s.decisionBody.prefault({}),
  response: s.reviewFinding,
  problems: [400, 404],
} as const;

export const reviewRoutes = {
  review: {
    method: 'GET',
    path: '/api/v1/review',
    summary: 'What is unusual in the log of connections, with evidence and a proposal.',
    role: 'help-desk',
    query: s.reviewQuery,
    response: s.reviewView,
    problems: [400],
  },
  reviewFinding: {
    method: 'GET',
    path: '/api/v1/review/{id}',
    summary: 'One finding.',
    role: 'help-desk',
    params: byId,
    response: s.reviewFinding,
    problems: [400, 404],
  },
  acceptFinding: {
    ...decision,
    path: '/api/v1/review/{id}/accept',
    summary: 'Put on record that a finding is taken up; what it proposes is done by whoever took it up.',
  },
  dismissFinding: {
    ...decision,
    path: '/api/v1/review/{id}/dismiss',
    summary: 'Put on record that a finding is no reason to act: the same is not found again.',
  },
  reopenFinding: {
    ...decision,
    path: '/api/v1/review/{id}/reopen',
    summary: 'Take a decision about a finding back.',
  },
  reviewBlocks: {
    method: 'GET',
    path: '/api/v1/review/blocks',
    summary: 'Addresses that the review blocks by itself, where the configuration lets it.',
    role: 'help-desk',
    response: s.reviewBlocks,
  },
  liftReviewBlock: {
    method: 'DELETE',
    path: '/api/v1/review/blocks/{address}',
    summary: 'Take such a block back: the address is left alone for thirty days.',
    role: 'administrator',
    params: s.byBlockedAddress,
    response: s.reviewBlocks,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
