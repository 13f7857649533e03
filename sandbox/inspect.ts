/**
 * A small HTTP endpoint on loopback that shows what arrived, for people, scripts and tests:
 *
 *   GET    /messages            all that is kept, oldest first, without content
 *   GET    /messages/ID         one of them
 *   GET    /messages/ID/raw     its content, as it came over the wire
 *   DELETE /messages            forget all
 *   GET    /ca.pem              the authority to verify the SMTP endpoint against
 *
 * It holds mail, so a page in a browser must not reach it by a name of its own (DNS rebinding): only loopback
 * names are taken as Host, and nothing is ever allowed across origins.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeArrival, type Ledger } from './ledger.ts';

export interface Inspection {
  readonly url: string;
  stop(): Promise<void>;
}

export interface InspectionOptions {
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly ledger: Ledger;
  readonly caPem: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** Resolves when requests are answered. */
export async function startInspection(options: InspectionOptions): Promise<Inspection> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    request.resume();
    send(response, judge(request, options));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.address, port: options.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function judge(request: IncomingMessage, { ledger, caPem, address }: InspectionOptions): Answer {
  if (!isOwnHost(request.headers.host, address)) return problem(421, 'This Host is not served here.');
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'DELETE' && path === '/messages') {
    ledger.clear();
    return { status: 204, type: 'application/json', body: '' };
  }
  if (request.method !== 'GET') return problem(405, 'Use GET, or DELETE /messages.');
  if (path === '/' || path === '/messages') {
    return json({ ...ledger.counts(), messages: ledger.messages().map(describeArrival) });
  }
  if (path === '/ca.pem') return { status: 200, type: 'application/x-pem-file', body: caPem };
  return one(path, ledger);
}

function one(path: string, ledger: Ledger): Answer {
  const [, id = '', raw] = /^\/messages\/(\d{1,30})(\/raw)?$/.exec(path) ?? [];
  const arrival = ledger.find(id);
  if (arrival === undefined) return problem(404, 'No such message is kept here.');
  if (raw !== undefined) return { status: 200, type: 'message/rfc822', body: arrival.content };
  return json(describeArrival(arrival));
}

function isOwnHost(header: string | undefined, address: string): boolean {
  const host = header?.replace(/:\d{1,5}$/, '').toLowerCase();
  return host !== undefined && ['localhost', '127.0.0.1', '[::1]', address].includes(host);
}

function json(body: unknown): Answer {
  return {
    status: 200,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify(body, undefined, 2)}\n`,
  };
}

/** RFC 9457. */
function problem(status: number, detail: string): Answer {
  return { status, type: 'application/problem+json', body: `${JSON.stringify({ status, detail })}\n` };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
  });
  response.end(body);
}
