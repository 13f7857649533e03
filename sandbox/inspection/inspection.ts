/**
 * A small HTTP endpoint on loopback that shows what arrived, for people, scripts and tests:
 *
 *   GET    /messages            all that is kept, oldest first, without content
 *   GET    /messages/ID         one of them
 *   GET    /messages/ID/raw     its content, as it came over the wire
 *   DELETE /messages            forget all
 *   GET    /returned            non-delivery reports; /returned/ID and /returned/ID/raw as above
 *   GET    /duplicates          what came more than once
 *   GET    /refusals            what was refused, and why
 *   GET    /switches            positions of all switches; PUT changes those that are named
 *   PUT    /device/CODE         {"user": "…"}: a person signs in with this device code
 *   GET    /mailboxes           pages to look at
 *   GET    /ca.pem              the authority to verify the endpoints against
 *
 * It holds mail, so a page in a browser must not reach it by a name of its own (DNS rebinding): only loopback
 * names are taken as Host, and nothing is ever allowed across origins; a change needs the media type
 * `application/json`, which a page of another origin cannot send without asking.
 */
import { type HttpAnswer, type HttpRequest, startHttp } from '../http/server.ts';
import { describeArrival, type Ledger } from '../ledger.ts';
import type { World } from '../world.ts';
import { mailboxList, mailboxPage, messagePage } from './page.ts';

export interface Inspection {
  readonly url: string;
  stop(): Promise<void>;
}

export interface InspectionOptions {
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly world: World;
  readonly approveDevice: (userCode: string, user: string) => boolean;
}

/** Resolves when requests are answered. */
export function startInspection(options: InspectionOptions): Promise<Inspection> {
  const { address, port, world } = options;
  return startHttp({
    address,
    port,
    bodyBytesMax: 64 * 1024,
    now: () => world.clock.now(),
    handle: (request) => judge(request, options),
  });
}

function judge(request: HttpRequest, options: InspectionOptions): HttpAnswer {
  const { world } = options;
  if (!isOwnHost(request.headers['host'], options.address))
    return problem(421, 'This Host is not served here.');
  const { method, path } = request;
  if (method === 'DELETE' && path === '/messages') {
    world.ledger.clear();
    world.returned.clear();
    return answer(204, 'application/json', '');
  }
  if (method === 'PUT') return change(request, options);
  if (method !== 'GET') return problem(405, 'Use GET, PUT /switches or DELETE /messages.');
  switch (path) {
    case '/':
    case '/messages':
      return json({ ...world.ledger.counts(), messages: world.ledger.messages().map(describeArrival) });
    case '/returned':
      return json({ ...world.returned.counts(), messages: world.returned.messages().map(describeArrival) });
    case '/duplicates':
      return json(world.ledger.duplicates());
    case '/refusals':
      return json(world.refusals.list());
    case '/switches':
      return json(world.switches.current);
    case '/ca.pem':
      return answer(200, 'application/x-pem-file', world.certificates.caPem);
    default:
      return pages(path, world) ?? one(path, world);
  }
}

function change(request: HttpRequest, options: InspectionOptions): HttpAnswer {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json')
    return problem(415, 'Content-Type: application/json is needed.');
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    return problem(400, 'The body is not JSON.');
  }
  if (request.path === '/switches') {
    const fault = options.world.switches.setUntrusted(value);
    return fault === undefined ? json(options.world.switches.current) : problem(422, fault);
  }
  const code = /^\/device\/([A-Z0-9]{1,20})$/.exec(request.path)?.[1];
  const user = (value as { user?: unknown } | null)?.user;
  if (code === undefined) return problem(404, 'PUT /switches or /device/CODE.');
  if (typeof user !== 'string') return problem(422, 'user: a text is needed.');
  return options.approveDevice(code, user)
    ? answer(204, 'application/json', '')
    : problem(404, 'No such code.');
}

function one(path: string, world: World): HttpAnswer {
  const [, kind, id = '', raw] = /^\/(messages|returned)\/(\d{1,30})(\/raw)?$/.exec(path) ?? [];
  const ledger: Ledger = kind === 'returned' ? world.returned : world.ledger;
  const arrival = ledger.find(id);
  if (arrival === undefined) return problem(404, 'No such message is kept here.');
  if (raw !== undefined) return answer(200, 'message/rfc822', arrival.content);
  return json(describeArrival(arrival));
}

function pages(path: string, { ledger, returned }: World): HttpAnswer | undefined {
  const match = /^\/mailboxes(?:\/([^/]{1,400})(?:\/(\d{1,30}))?)?$/.exec(path);
  if (!match) return undefined;
  const arrivals = [...ledger.messages(), ...returned.messages()];
  const address = decode(match[1]);
  if (address === undefined) return html(mailboxList(arrivals));
  if (match[2] === undefined) return html(mailboxPage(address, arrivals));
  const page = messagePage(address, match[2], arrivals);
  return page === undefined ? problem(404, 'No such message is kept here.') : html(page);
}

function decode(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isOwnHost(header: string | undefined, address: string): boolean {
  const host = header?.replace(/:\d{1,5}$/, '').toLowerCase();
  return host !== undefined && ['localhost', '127.0.0.1', '[::1]', address].includes(host);
}

function html(body: string): HttpAnswer {
  return answer(200, 'text/html; charset=utf-8', body);
}

function json(body: unknown): HttpAnswer {
  return answer(200, 'application/json; charset=utf-8', `${JSON.stringify(body, undefined, 2)}\n`);
}

/** RFC 9457. */
function problem(status: number, detail: string): HttpAnswer {
  return answer(status, 'application/problem+json', `${JSON.stringify({ status, detail })}\n`);
}

function answer(status: number, type: string, body: string | Buffer): HttpAnswer {
  return {
    kind: 'answer',
    status,
    headers: {
      'Content-Type': type,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
    },
    body,
  };
}
