/** Messages: the queue and the trace. */
import type { Route } from '../route.ts';
import { byId, byRef, page } from '../route.ts';
import * as s from '../schemas/messages.ts';

const onMessage = {
  method: 'POST',
  role: 'operator',
  params: byId,
  response: s.actionResult,
  problems: [400, 404, 409],
} as const;

export const messagesRoutes = {
  messages: {
    method: 'GET',
    path: '/api/v1/messages',
    summary: 'Messages, waiting and settled.',
    role: 'help-desk',
    query: s.messageQuery,
    response: page(s.messageSummary),
    problems: [400],
  },
  message: {
    method: 'GET',
    path: '/api/v1/messages/{id}',
    summary: 'One message with every attempt.',
    role: 'help-desk',
    params: byId,
    response: s.messageDetail,
    problems: [400, 404],
  },
  hold: {
    ...onMessage,
    path: '/api/v1/messages/{id}/hold',
    summary: 'Keep a message back.',
    body: s.holdBody.prefault({}),
  },
  release: { ...onMessage, path: '/api/v1/messages/{id}/release', summary: 'Let a held message go.' },
  retry: { ...onMessage, path: '/api/v1/messages/{id}/retry', summary: 'Try a waiting message now.' },
  reroute: {
    ...onMessage,
    path: '/api/v1/messages/{id}/reroute',
    summary: 'Send a message by another connector.',
    body: s.rerouteBody,
  },
  remove: {
    ...onMessage,
    path: '/api/v1/messages/{id}/delete',
    summary: 'Give a message up, with or without notice to its sender.',
    body: s.deleteBody.prefault({}),
  },
  trace: {
    method: 'GET',
    path: '/api/v1/trace/{ref}',
    summary: 'The message or event behind a reference.',
    role: 'help-desk',
    params: byRef,
    response: s.traceView,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;
