/**
 * The admin API on the console's address: the routes of contract/routes.ts and nothing else.
 *
 * Untrusted: everything. Limits: bodies of `bodyBytesMax`, `requestMs` for a request, `connectionsMax` at a time.
 * Fatal: the address cannot be listened on. Errors of the program are logged as `fault` and answered 500 without detail.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import type { z } from 'zod';
import type { Route } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import type { Caller } from './caller.ts';
import type { AdminContext } from './context.ts';
import { bearerMatches, isOwnHost, isOwnOrigin } from './guard.ts';
import type { Handlers } from './handlers.ts';
import { createHandlers } from './handlers.ts';
import { Problem } from './problem.ts';

const bodyBytesMax = 5_000_000;
const requestMs = 30_000;
const connectionsMax = 200;

export interface AdminServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Listens when it resolves; port 0 lets the system choose. */
export async function startAdminServer(options: {
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly context: AdminContext;
}): Promise<AdminServer> {
  const server = buildAdminServer(options);
  await server.listen({ host: options.address, port: options.port });
  const bound = server.server.address();
  const port = typeof bound === 'object' && bound ? bound.port : options.port;
  const host = options.address.includes(':') ? `[${options.address}]` : options.address;
  return {
    url: `http://${host}:${port}`,
    port,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The server before it listens; tests inject requests into it. */
export function buildAdminServer(options: {
  readonly token: string;
  readonly context: AdminContext;
}): FastifyInstance {
  const { token, context } = options;
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMs,
    connectionTimeout: requestMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  });
  server.server.maxConnections = connectionsMax;
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    check(request, { token, hostname: context.hostname });
  });
  server.setErrorHandler((error, _request, reply) => answerError(error, reply, context));
  server.setNotFoundHandler((request) => {
    throw new Problem(404, 'Not found', `no ${request.method} here; /api/openapi.json lists what there is`);
  });
  const handlers = createHandlers(context);
  for (const [name, route] of Object.entries<Route>(routes)) {
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { role: route.role, anyHost: route.path === '/healthz' || route.path === '/readyz' },
      handler: (request, reply) => serve(route, handlers[name as keyof Handlers], request, reply),
    });
  }
  server.get('/', { config: { role: 'anyone' } }, (_request, reply) => {
    void reply.type('text/plain; charset=utf-8');
    return `relay365 ${context.version} on ${context.hostname}\nAdmin API: /api/openapi.json\n`;
  });
  return server;
}

function check(request: FastifyRequest, own: { readonly token: string; readonly hostname: string }): void {
  const { host, origin, authorization } = request.headers;
  const config = request.routeOptions.config as { readonly role?: Route['role']; readonly anyHost?: boolean };
  if (config.anyHost !== true && !isOwnHost(host, own.hostname)) {
    throw new Problem(
      421,
      'Misdirected request',
      'the Host field must be an address, localhost or the hostname',
    );
  }
  if (!isOwnOrigin(origin, host)) throw new Problem(403, 'Foreign origin');
  // Paths that do not exist are behind the token too, so that a stranger cannot map the API.
  if (config.role !== 'anyone' && !bearerMatches(authorization, own.token)) {
    throw new Problem(401, 'Not signed in', 'send Authorization: Bearer and the token of the data directory');
  }
}

async function serve(
  route: Route,
  handler: (given: never, caller: Caller) => unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const given = {
    params: parse(route.params, request.params),
    query: parse(route.query, request.query),
    // An empty body is none; the schema then gives its defaults.
    body: parse(route.body, request.body ?? undefined),
  };
  const caller: Caller = {
    name: 'operator',
    role: 'administrator',
    via: route.role === 'anyone' ? 'nobody' : 'local',
    address: request.ip,
  };
  const answer = await handler(given as never, caller);
  if (!route.response) return reply.type(route.contentType ?? 'text/plain').send(answer);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    'The request does not fit the schema',
    undefined,
    parsed.error.issues.map(({ path, message }) => ({ severity: 'error', path: path.join('.'), message })),
  );
}

function answerError(error: unknown, reply: FastifyReply, context: AdminContext): void {
  const problem = error instanceof Problem ? error : asProblem(error, context);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) {
    void reply.code(503).type('application/json; charset=utf-8').send('{"status":"unavailable"}');
    return;
  }
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
}

function asProblem(error: unknown, context: AdminContext): Problem {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  // Fastify's own words for malformed requests (body not JSON, too large) hold nothing of ours.
  if (status < 500) return new Problem(status, 'Malformed request', (error as Error).message);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  context.events.emit({ kind: 'fault', where: 'admin', text: message, ...(stack ? { stack } : {}) });
  return new Problem(500, 'Internal error', 'the log has the reason');
}
