/** One call of a route of the contract: parsed, held against what is there, done once, put on record, answered. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Route, TextAnswer } from '../../../contract/routes.ts';
import { routes } from '../../../contract/routes.ts';
import type { Caller } from '../caller.ts';
import type { Identity } from '../guard/identify.ts';
import { apiHeaders } from '../guard/headers.ts';
import { browserOf } from '../guard/cookies.ts';
import { Problem } from '../problem.ts';
import { Recorded } from './recorded.ts';
import type { Replayable } from './replays.ts';
import type { Served } from './served.ts';
import { checkMatch, etagOf, readingRoute } from './versions.ts';

interface Call {
  readonly name: string;
  readonly route: Route;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly identity: Identity;
}

interface Given {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export async function serveRoute(served: Served, call: Call): Promise<unknown> {
  const { route, request, reply } = call;
  const controller = new AbortController();
  const address = served.addressOf(call.request);
  const recorded = new Recorded(served.context.audit, { ...call, address }, served.strangers);
  const caller = callerOf(served, call, recorded, controller.signal);
  if (route.stream) return serveStream(served, call, { caller, recorded, controller });
  const answer = await recorded.around(() => {
    const given = parseAll(call);
    if (!route.versioned || route.method === 'GET') return answerOf(served, call, given, caller);
    const place = request.url.split('?', 1)[0] ?? '';
    return served.turns.run(place, () => answerOf(served, call, given, caller));
  });
  if (route.versioned && route.method === 'GET') void reply.header('etag', etagOf(answer.answer));
  return send(route, reply, answer.answer, answer.status, controller);
}

async function answerOf(
  served: Served,
  call: Call,
  given: Given,
  caller: Caller,
): Promise<Replayable & { readonly isReplay?: true }> {
  const { route, request } = call;
  const handler = served.handlers.get(call.name);
  if (!handler) throw new Error(`the route ${call.name} has no handler`);
  const status = route.success ?? 200;
  const work = async () => ({ status, answer: await handler(given, caller) });
  if (route.versioned && route.method !== 'GET') await checkVersion(served, call, given, caller);
  if (!route.creates) return work();
  const key = request.headers['idempotency-key'];
  if (Array.isArray(key)) throw new Problem(400, 'The Idempotency-Key does not fit', 'send it once');
  return served.replays.once(
    { caller: caller.name, key, request: [route.method, request.url, request.body ?? null] },
    work,
  );
}

async function checkVersion(served: Served, call: Call, given: Given, caller: Caller): Promise<void> {
  const reading = readingRoute(call.route, routes);
  const handler = reading === undefined ? undefined : served.handlers.get(reading);
  if (!handler) throw new Error(`${call.name} is versioned, and no GET of its path is`);
  const query = parse(routesOf(reading).query, {});
  // What the reading handler notes is of no change.
  const reader = { ...caller, note: () => undefined };
  const current = await handler({ params: given.params, query, body: undefined }, reader);
  checkMatch(call.request.headers['if-match'], etagOf(current));
}

function routesOf(name: string | undefined): Route {
  return routes[name as keyof typeof routes];
}

function send(
  route: Route,
  reply: FastifyReply,
  answer: unknown,
  status: number,
  controller: AbortController,
): unknown {
  void reply.code(status);
  if (status === 204) return reply.send();
  if (status === 302) return reply.header('location', String(answer)).send();
  if (route.response) return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
  const text: TextAnswer = typeof answer === 'string' ? { text: answer } : (answer as TextAnswer);
  void reply.headers(text.headers ?? {});
  void reply.type(text.contentType ?? route.contentType ?? 'text/plain; charset=utf-8');
  if (typeof text.text === 'string') return reply.send(text.text);
  reply.raw.once('close', () => controller.abort());
  return reply.send(Readable.from(text.text));
}

async function serveStream(
  served: Served,
  call: Call,
  { caller, recorded, controller }: { caller: Caller; recorded: Recorded; controller: AbortController },
): Promise<FastifyReply> {
  const { reply, identity, name } = call;
  // Asked for the fields of the answer alone (RFC 9110 9.3.2), which has no end to wait for.
  if (call.request.method === 'HEAD') return reply.type('text/event-stream').send();
  served.streams.assertRoom(caller.name);
  const { answer } = await recorded.around(async () => {
    const given = parseAll(call);
    return { status: 200, answer: await served.handlers.get(name)?.(given, caller) };
  });
  const events = answer as AsyncIterable<unknown>;
  const { sessions } = served.context.access;
  const forget =
    identity.session === undefined
      ? () => undefined
      : sessions.onEnd(identity.session, () => controller.abort());
  reply.hijack();
  await served.streams.serve(
    reply.raw,
    { ...apiHeaders, ...served.transportHeaders },
    {
      listener: caller.name,
      events,
      controller,
      mayListen: () => served.stillMay(call.request, call.route),
      onFault: (error) => served.fault(error),
    },
  );
  forget();
  return reply;
}

function callerOf(served: Served, call: Call, recorded: Recorded, signal: AbortSignal): Caller {
  const { identity, request, reply } = call;
  const lastEventId = request.headers['last-event-id'];
  return {
    ...identity,
    address: served.addressOf(request),
    browser: browserOf(request, reply, {
      isSecure: served.isSecure,
      origin: `${served.isSecure ? 'https' : 'http'}://${request.headers.host ?? ''}`,
    }),
    signal,
    ...(typeof lastEventId === 'string' ? { lastEventId: lastEventId.slice(0, 200) } : {}),
    note: (facts) => recorded.note(facts),
  };
}

function parseAll({ route, request }: Call): Given {
  return {
    params: parse(route.params, request.params),
    query: parse(route.query, request.query),
    // An empty body is none; the schema then gives its defaults.
    body: parse(route.body, request.body ?? undefined),
  };
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
