/** Every route of the admin API. The server registers exactly these, and the OpenAPI document lists exactly these. */
import { z } from 'zod';
import * as s from './schemas.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With `{name}` for parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** `none`: health and metrics, which say nothing that is secret to who reaches the port. */
  readonly auth: 'token' | 'none';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: a text of `contentType`. */
  readonly response?: z.ZodType;
  readonly contentType?: string;
  /** Statuses beyond 200 that this route itself gives, each with a problem. */
  readonly problems?: readonly (400 | 404 | 409 | 422 | 503)[];
}

const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    cursor: z.string().optional().describe('Ask with it for the next page.'),
  });
const byId = z.object({ id: s.ref });
const byRef = z.object({ ref: s.ref });
const byName = z.object({ name: s.objectName });
const onMessage = {
  method: 'POST',
  auth: 'token',
  params: byId,
  response: s.actionResult,
  problems: [400, 404, 409],
} as const;

export const routes = {
  health: {
    method: 'GET',
    path: '/healthz',
    summary: 'The process is alive.',
    auth: 'none',
    response: s.health,
  },
  ready: {
    method: 'GET',
    path: '/readyz',
    summary: 'Mail is accepted.',
    auth: 'none',
    response: s.health,
    problems: [503],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in Prometheus text format.',
    auth: 'none',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  },
  openapi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    auth: 'none',
    response: z.record(z.string(), z.unknown()),
  },
  status: {
    method: 'GET',
    path: '/api/v1/status',
    summary: 'State of this relay.',
    auth: 'token',
    response: s.status,
  },
  messages: {
    method: 'GET',
    path: '/api/v1/messages',
    summary: 'Messages, waiting and settled.',
    auth: 'token',
    query: s.messageQuery,
    response: page(s.messageSummary),
    problems: [400],
  },
  message: {
    method: 'GET',
    path: '/api/v1/messages/{id}',
    summary: 'One message with every attempt.',
    auth: 'token',
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
  events: {
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Refusals and failed logins.',
    auth: 'token',
    query: s.eventQuery,
    response: page(s.eventView),
    problems: [400],
  },
  event: {
    method: 'GET',
    path: '/api/v1/events/{ref}',
    summary: 'One refusal or failed login by its reference.',
    auth: 'token',
    params: byRef,
    response: s.eventView,
    problems: [400, 404],
  },
  trace: {
    method: 'GET',
    path: '/api/v1/trace/{ref}',
    summary: 'The message or event behind a reference.',
    auth: 'token',
    params: byRef,
    response: s.traceView,
    problems: [400, 404],
  },
  sources: {
    method: 'GET',
    path: '/api/v1/sources',
    summary: 'Who may send.',
    auth: 'token',
    response: z.object({ items: z.array(s.sourceView) }),
  },
  connectors: {
    method: 'GET',
    path: '/api/v1/connectors',
    summary: 'How mail leaves, and how that goes.',
    auth: 'token',
    response: z.object({ items: z.array(s.connectorView) }),
  },
  suspend: {
    method: 'POST',
    path: '/api/v1/connectors/{name}/suspend',
    summary: 'Hold mail of a connector back until it is resumed or the relay is started again.',
    auth: 'token',
    params: byName,
    body: s.suspendBody.prefault({}),
    response: s.connectorView,
    problems: [400, 404],
  },
  resume: {
    method: 'POST',
    path: '/api/v1/connectors/{name}/resume',
    summary: 'Use a suspended connector again.',
    auth: 'token',
    params: byName,
    response: s.connectorView,
    problems: [400, 404, 409],
  },
  policy: {
    method: 'GET',
    path: '/api/v1/policy',
    summary: 'The policy in force.',
    auth: 'token',
    response: s.policyView,
  },
  validatePolicy: {
    method: 'POST',
    path: '/api/v1/policy/validate',
    summary: 'Judge a policy without using it.',
    auth: 'token',
    body: s.policyText,
    response: s.findings,
    problems: [400],
  },
  putPolicy: {
    method: 'PUT',
    path: '/api/v1/policy',
    summary: 'Put a policy in force, where no file is the truth.',
    auth: 'token',
    body: s.policyText,
    response: s.policyView,
    problems: [400, 409, 422],
  },
  reloadPolicy: {
    method: 'POST',
    path: '/api/v1/policy/reload',
    summary: 'Read the policy again from its file.',
    auth: 'token',
    response: s.policyView,
    problems: [409, 422],
  },
  policyRevisions: {
    method: 'GET',
    path: '/api/v1/policy/revisions',
    summary: 'Revisions of the policy, newest first.',
    auth: 'token',
    response: s.revisions,
  },
  policyRevision: {
    method: 'GET',
    path: '/api/v1/policy/revisions/{revision}',
    summary: 'One revision, with its difference to the one before.',
    auth: 'token',
    params: z.object({ revision: z.coerce.number().int().min(1) }),
    response: s.revisionDetail,
    problems: [400, 404],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type Field<N extends RouteName, F extends string> = (typeof routes)[N] extends {
  readonly [K in F]: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** What a handler of this route is given, parsed. */
export interface Given<N extends RouteName> {
  readonly params: Field<N, 'params'>;
  readonly query: Field<N, 'query'>;
  readonly body: Field<N, 'body'>;
}

/** What it answers. */
export type Answer<N extends RouteName> =
  Field<N, 'response'> extends undefined ? string : Field<N, 'response'>;
