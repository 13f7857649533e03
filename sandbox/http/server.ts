/**
 * HTTP for identity, Graph and inspection. Untrusted: the whole request. Bodies are read up to a bound and refused
 * beyond it; a request takes a minute at most. Times in answers are those of the stand-in's clock.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface HttpRequest {
  readonly method: string;
  /** As sent, without the query: percent-encoding is not undone. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than the bound, and is not in `body`. */
  readonly tooLong: boolean;
  readonly secured: boolean;
  readonly client: { readonly address: string; readonly port: number };
  /** Aborted when the client goes away before it has its answer. */
  readonly gone: AbortSignal;
}

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
    }
  /** The connection is cut instead. */
  | { readonly kind: 'cut' };

export interface HttpEndpoint {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

export interface HttpOptions {
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly bodyBytesMax: number;
  readonly now: () => number;
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer> | HttpAnswer;
}

/** Resolves when requests are answered; rejects when the address cannot be listened on. */
export async function startHttp(options: HttpOptions): Promise<HttpEndpoint> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(options, request, response);
  };
  const limits = { requestTimeout: 60_000, keepAliveTimeout: 30_000 };
  const server: Server = options.tls
    ? createTlsServer({ ...limits, ...options.tls, minVersion: 'TLSv1.2' }, listener)
    : createServer(limits, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.address, port: options.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return {
    host: address,
    port,
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.once('error', () => gone.abort());
  try {
    const read = await readBody(request, options.bodyBytesMax);
    send(response, await options.handle(toRequest(request, read, gone.signal)), options.now());
  } catch (error) {
    // A client that goes away in the middle of its request leaves nobody to answer.
    if (!gone.signal.aborted && !request.destroyed) {
      const body = JSON.stringify({ error: { code: 'generalException', message: String(error) } });
      send(response, { kind: 'answer', status: 500, body }, options.now());
    }
  }
}

function toRequest(
  request: IncomingMessage,
  read: { readonly body: Buffer; readonly tooLong: boolean },
  gone: AbortSignal,
): HttpRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers,
    ...read,
    secured: 'encrypted' in request.socket,
    client: {
      address: (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, ''),
      port: request.socket.remotePort ?? 0,
    },
    gone,
  };
}

/** Reads to the end in any case: a client that is still sending would not see the answer. */
async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<{ body: Buffer; tooLong: boolean }> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) chunks = [];
    else chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), tooLong: bytes > bytesMax };
}

function send(response: ServerResponse, answer: HttpAnswer, now: number): void {
  if (answer.kind === 'cut') {
    response.destroy();
    return;
  }
  const body = answer.body ?? '';
  response.sendDate = false;
  response.writeHead(answer.status, {
    Date: new Date(now).toUTCString(),
    'Content-Length': Buffer.byteLength(body),
    ...answer.headers,
  });
  response.end(body);
}

export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    kind: 'answer',
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}
