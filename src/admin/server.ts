/**
 * The admin API and the console on the console's address: the routes of contract/routes.ts, the console's files, and
 * nothing else.
 *
 * Untrusted: everything. Limits: bodies of `bodyBytesMax`, `requestMs` for a request; connections as serve/connection-bounds.ts says.
 * Fatal: the address cannot be listened on. Errors of the program are logged as `fault` and answered 500 without detail.
 */
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import type { Route } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import type { AdminContext } from './context.ts';
import type { TrustedProxies } from './guard/client-address.ts';
import { ClientAddresses } from './guard/client-address.ts';
import type { GuardedRoute } from './guard/guard.ts';
import { checkPlace, checkRole } from './guard/guard.ts';
import { apiHeaders, strictTransport } from './guard/headers.ts';
import type { Identity } from './guard/identify.ts';
import { identify, nobody } from './guard/identify.ts';
import { createHandlers } from './handlers.ts';
import { registerConsole } from './pages/console-files.ts';
import { Problem } from './problem.ts';
import type { ConnectionBounds } from './serve/connection-bounds.ts';
import { boundConnections, sweepMs } from './serve/connection-bounds.ts';
import { answerError, problemOf } from './serve/errors.ts';
import { EventStreams } from './serve/event-stream.ts';
import { StrangerBudget } from './serve/recorded.ts';
import type { Replays } from './serve/replays.ts';
import { serveRoute } from './serve/serve-route.ts';
import type { Served } from './serve/served.ts';
import { Turns } from './serve/versions.ts';

const bodyBytesMax = 5_000_000;
const requestMs = 30_000;
/** Without an octet either way: the longest draft of a policy is judged in a thread for minutes where the machine is busy. */
const silenceMs = 300_000;
const defaultBounds: ConnectionBounds = { connections: 500, connectionsPerAddress: 60, headerMs: 10_000 };

export interface AdminServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** For handshakes from now on; PEM. Throws where certificate and key do not belong together, or without TLS. */
  replaceCertificate(pair: { readonly certificate: string; readonly key: string }): void;
}

export interface AdminServerOptions {
  /** Of the data directory. */
  readonly token: string;
  readonly context: AdminContext;
  readonly replays: Replays;
  /** Where the console was built to. */
  readonly consoleDirectory: string;
  /** PEM; absent: plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Under which a proxy with TLS shows the console. */
  readonly publicUrl?: string;
  /** Absent: nobody speaks for others. */
  readonly trustedProxies?: TrustedProxies;
  readonly bounds?: ConnectionBounds;
}

/** Listens when it resolves; port 0 lets the system choose. */
export async function startAdminServer(
  options: AdminServerOptions & { readonly address: string; readonly port: number },
): Promise<AdminServer> {
  const server = buildAdminServer(options);
  await server.listen({ host: options.address, port: options.port });
  const bound = server.server.address();
  const port = typeof bound === 'object' && bound ? bound.port : options.port;
  const host = options.address.includes(':') ? `[${options.address}]` : options.address;
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    replaceCertificate({ certificate, key }) {
      const { server: https } = server;
      if (!(https instanceof TlsServer)) throw new TypeError('the console speaks no TLS');
      https.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The server before it listens; tests inject requests into it. */
export function buildAdminServer(options: AdminServerOptions): FastifyInstance {
  const { token, context, publicUrl, tls } = options;
  const isSecure = tls !== undefined || publicUrl?.startsWith('https:') === true;
  const transportHeaders = isSecure ? strictTransport : {};
  const bounds = options.bounds ?? defaultBounds;
  const addresses = new ClientAddresses(options.trustedProxies ?? { networks: [], field: 'x-forwarded-for' });
  const server = createServer({ tls, headerMs: bounds.headerMs }, (reply) => {
    void reply.headers({ ...apiHeaders, ...transportHeaders });
    answerError(new Problem(400, 'Malformed request', 'the path does not fit'), reply, context);
  });
  boundConnections(server.server, bounds, (address) => addresses.isProxy(address));
  const hostnames = [context.hostname, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  const identities = new WeakMap<FastifyRequest, Identity>();
  const own = { token, access: context.access, isSecure };
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...apiHeaders, ...transportHeaders });
    const route = request.routeOptions.config as GuardedRoute;
    checkPlace(request, route, { hostnames });
    const identity = await identify(request, own);
    identities.set(request, identity);
    checkRole(identity, route, request.url);
  });
  server.setErrorHandler((error, _request, reply) => answerError(error, reply, context));
  registerConsole(server, { directory: options.consoleDirectory, transportHeaders });
  const served: Served = {
    context,
    handlers: new Map(Object.entries(createHandlers(context))) as unknown as Served['handlers'],
    replays: options.replays,
    turns: new Turns(),
    streams: new EventStreams(context.clock),
    strangers: new StrangerBudget(context.clock),
    isSecure,
    transportHeaders,
    addressOf: (request) => addresses.of(request.ip, request.headers),
    identityOf: (request) => identities.get(request) ?? nobody,
    async stillMay(request, route) {
      try {
        checkRole(await identify(request, own), route, request.url);
        return true;
      } catch {
        return false;
      }
    },
    fault: (error) => void problemOf(error, context),
  };
  for (const [name, route] of Object.entries<Route>(routes)) register(server, served, name, route);
  return server;
}

/** `badPath`: answers a path that the router cannot read, which no hook sees. */
function createServer(
  { tls, headerMs }: { readonly tls: AdminServerOptions['tls']; readonly headerMs: number },
  badPath: (reply: FastifyReply) => void,
): FastifyInstance {
  // Node looks only every 30 s at whose time is over, unless told otherwise.
  const requestTimeout = Math.max(requestMs, headerMs);
  const http = { headersTimeout: headerMs, requestTimeout, connectionsCheckingInterval: sweepMs };
  const options = {
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout,
    connectionTimeout: silenceMs,
    forceCloseConnections: true,
    frameworkErrors: (_error: unknown, _request: FastifyRequest, reply: FastifyReply) => badPath(reply),
    routerOptions: { maxParamLength: 500 },
  } as const;
  const server = tls
    ? (fastify({
        ...options,
        https: {
          cert: tls.certificate,
          key: tls.key,
          minVersion: 'TLSv1.2',
          handshakeTimeout: headerMs,
          ...http,
        },
      }) as unknown as FastifyInstance)
    : fastify({ ...options, http });
  server.removeContentTypeParser(['text/plain', 'application/json']);
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients name the type also where they send nothing.
    if (body === '') done(null, undefined);
    else parseJson.call(server, request, String(body), done);
  });
  return server;
}

function register(server: FastifyInstance, served: Served, name: string, route: Route): void {
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: {
      name,
      role: route.role,
      anyHost: route.path === '/healthz' || route.path === '/readyz',
      fromAnySite: name === 'oidcCallback',
    } satisfies GuardedRoute,
    handler: (request, reply) =>
      serveRoute(served, { name, route, request, reply, identity: served.identityOf(request) }),
  });
}
