/** What went wrong, as an answer: nothing of the program's inside leaves in it. */
import type { FastifyReply } from 'fastify';
import { AccessRefused } from '../../accounts/account.ts';
import { OidcUnreachable } from '../../accounts/oidc.ts';
import type { AdminContext } from '../context.ts';
import { Problem } from '../problem.ts';

/** A 401 of this type asks for the code of the authenticator app. */
export const codeNeeded = 'urn:relay365:code-needed';

export function answerError(error: unknown, reply: FastifyReply, context: AdminContext): void {
  const problem = problemOf(error, context);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.headers(problem.headers);
  if (problem.status === 503) {
    void reply.code(503).type('application/json; charset=utf-8').send('{"status":"unavailable"}');
    return;
  }
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
}

/** A fault of the program is logged and becomes 500. */
export function problemOf(error: unknown, context: AdminContext): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AccessRefused) return accessProblem(error);
  if (error instanceof OidcUnreachable) return new Problem(502, 'No identity provider', error.message);
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  // Fastify's own words for malformed requests (body not JSON, too large) hold nothing of ours.
  if (status < 500) return new Problem(status, 'Malformed request', (error as Error).message);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  context.events.emit({ kind: 'fault', where: 'admin', text: message, ...(stack ? { stack } : {}) });
  return new Problem(500, 'Internal error', 'the log has the reason');
}

function accessProblem({ kind, message, retryAfter }: AccessRefused): Problem {
  switch (kind) {
    case 'missing':
      return new Problem(404, 'Not found', message);
    case 'conflict':
      return new Problem(409, 'Not possible', message);
    case 'unfit':
      return new Problem(422, 'Not taken', message);
    case 'wrong':
      return new Problem(401, 'Not signed in', message);
    case 'code-needed':
      return new Problem(401, 'Code needed', message, undefined, { type: codeNeeded });
    case 'locked':
      return new Problem(429, 'Too many attempts', message, undefined, {
        headers: { 'retry-after': String(retryAfter ?? 1) },
      });
    default:
      return kind satisfies never;
  }
}
