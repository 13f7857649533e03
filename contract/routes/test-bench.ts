/** Conversations to see what a listener or a next hop says, and the proof that a connector works. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { byName } from '../route.ts';
import * as s from '../schemas/conversation.ts';

export const testBenchRoutes = {
  holdConversation: {
    method: 'POST',
    path: '/api/v1/test/conversation',
    summary: 'Hold an SMTP conversation step by step; one at a time for each caller.',
    role: 'operator',
    body: s.conversationBody,
    response: s.conversationEvent,
    stream: true,
    problems: [400, 403, 404, 409, 429],
  },
  conversations: {
    method: 'GET',
    path: '/api/v1/test/conversations',
    summary: 'The last conversations of the test bench.',
    role: 'operator',
    response: z.object({ items: z.array(s.conversationView) }),
  },
  validateConnector: {
    method: 'POST',
    path: '/api/v1/connectors/{name}/validate',
    summary: 'Send a real test message through a connector and prove what its identity may do.',
    role: 'operator',
    params: byName,
    body: s.validateBody,
    response: s.validationView,
    problems: [400, 404, 409, 429],
  },
  connectorValidation: {
    method: 'GET',
    path: '/api/v1/connectors/{name}/validation',
    summary: 'The last validation of a connector.',
    role: 'viewer',
    params: byName,
    response: s.validationView,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
