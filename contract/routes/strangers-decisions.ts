/** Decisions about unknown senders, and the mode of a cut-over. */
import type { Route } from '../route.ts';
import * as s from '../schemas/strangers-decisions.ts';
import { sourceDetail } from '../schemas/sources.ts';

const onStranger = { method: 'POST', role: 'administrator', params: s.byAddress } as const;

export const strangersDecisionsRoutes = {
  strangerProposal: {
    ...onStranger,
    path: '/api/v1/strangers/{address}/proposal',
    summary: 'The source with the least rights that would let an unknown sender in, and what that would do.',
    readsOnly: true,
    body: s.proposalBody.prefault({}),
    response: s.proposal,
    problems: [400, 404],
  },
  allowStranger: {
    ...onStranger,
    path: '/api/v1/strangers/{address}/allow',
    summary: 'Let an unknown sender in as a source: a new revision of the policy.',
    creates: true,
    body: s.allowBody,
    response: sourceDetail,
    problems: [400, 409, 422],
  },
  blockStranger: {
    ...onStranger,
    path: '/api/v1/strangers/{address}/block',
    summary: 'Refuse an address before it can say anything: a new revision of the policy.',
    body: s.blockBody.prefault({}),
    response: s.strangerDecision,
    problems: [400, 409, 422],
  },
  ignoreStranger: {
    ...onStranger,
    role: 'operator',
    path: '/api/v1/strangers/{address}/ignore',
    summary: 'Leave an unknown sender out of the list until it tries something new.',
    body: s.ignoreBody.prefault({}),
    response: s.strangerDecision,
    problems: [400],
  },
  forgetDecision: {
    ...onStranger,
    method: 'DELETE',
    path: '/api/v1/strangers/{address}/decision',
    summary: 'Take back that an address is ignored or blocked.',
    response: s.strangerDecision,
    problems: [400, 404, 409, 422],
  },
  strangerDecisions: {
    method: 'GET',
    path: '/api/v1/strangers/decisions',
    summary: 'Addresses that are ignored or blocked.',
    role: 'help-desk',
    response: s.decisions,
  },
  cutOver: {
    method: 'GET',
    path: '/api/v1/cut-over',
    summary: 'Whether unknown senders are told to come back.',
    role: 'viewer',
    response: s.cutOver,
  },
  startCutOver: {
    method: 'PUT',
    path: '/api/v1/cut-over',
    summary: 'Tell unknown senders of these networks to come back, until then.',
    role: 'administrator',
    body: s.cutOverBody,
    response: s.cutOver,
    problems: [400],
  },
  stopCutOver: {
    method: 'DELETE',
    path: '/api/v1/cut-over',
    summary: 'Refuse unknown senders again.',
    role: 'administrator',
    response: s.cutOver,
  },
} as const satisfies Record<string, Route>;
