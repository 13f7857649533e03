/** Asks the admin API of a relay, by the names of its routes. */
import type { Answer, Given, Route, RouteName, TextAnswer } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import type { ProblemBody } from '../../contract/schemas.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { formatFindingView } from './output.ts';
import type { ConfigOption, Place, Trust } from './place.ts';
import { placeOf } from './place.ts';

export type { ConfigOption } from './place.ts';

const requestMs = 30_000;

/** Input side of `Given`: what is absent is left to the defaults of the schema. */
type Asked<N extends RouteName> = {
  readonly [K in keyof Given<N>]?: Given<N>[K] extends undefined ? undefined : Partial<Given<N>[K]>;
};

/** A text arrives as one. */
export type Received<N extends RouteName> = TextAnswer extends Answer<N> ? string : Answer<N>;

export interface AdminClient {
  call<N extends RouteName>(name: N, asked?: Asked<N>): Promise<Received<N>>;
  /** A long text, piece by piece; it may take as long as it does. */
  download<N extends RouteName>(name: N, asked?: Asked<N>): AsyncIterable<string>;
}

/** Finds address and token; fails with exit code 1, 2 or 3 and words. */
export async function connect(option: ConfigOption): Promise<AdminClient> {
  const place = await placeOf(option);
  if (place.token === undefined) {
    throw new CommandFailure(
      exitCodes.other,
      `${place.url} needs a token: put one into RELAY365_TOKEN, or name its file by --token-file; "relay365 token add" makes one`,
    );
  }
  const ask = await askerOf(place.trust);
  return clientOf({ ...place, ask, headers: { authorization: `Bearer ${place.token}` } });
}

/** What somebody signs in with; `code` where an authenticator app is asked for. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly code?: string;
}

/** A client that is an account, for what a token cannot do; `signOut` ends its session. */
export async function signInTo(option: ConfigOption, credentials: Credentials): Promise<AdminClient> {
  const place = await placeOf(option);
  const ask = await askerOf(place.trust);
  const response = await request({ ...place, ask, headers: {} }, 'signIn', { body: credentials });
  await response.body?.cancel();
  const cookie = response.headers.getSetCookie().map((one) => one.split(';', 1)[0]);
  return clientOf({ ...place, ask, headers: { cookie: cookie.join('; ') } });
}

interface Target extends Place {
  readonly ask: typeof fetch;
  /** Who asks. */
  readonly headers: Readonly<Record<string, string>>;
}

function clientOf(target: Target): AdminClient {
  return {
    call: (name, asked) => call(target, name, asked ?? {}),
    download: (name, asked) => download(target, name, asked ?? {}),
  };
}

/** `fetch` where the system's roots are enough. */
async function askerOf(trust: Trust): Promise<typeof fetch> {
  if (trust.kind === 'system') return fetch;
  const { Agent, fetch: ask } = await import('undici');
  const { certificate: ca } = trust;
  // The certificate in the data directory was written there by the relay itself: it may be for any name.
  const any = { allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  const dispatcher = new Agent({
    connect: trust.kind === 'only' ? { ca, ...any } : { ca, allowPartialTrustChain: true },
  });
  return ((input: string, init: object) => ask(input, { ...init, dispatcher })) as unknown as typeof fetch;
}

async function call<N extends RouteName>(target: Target, name: N, asked: Asked<N>): Promise<Received<N>> {
  const response = await request(target, name, asked, AbortSignal.timeout(requestMs));
  return (routes[name] as Route).response
    ? ((await response.json()) as Received<N>)
    : ((await response.text()) as Received<N>);
}

async function* download<N extends RouteName>(
  target: Target,
  name: N,
  asked: Asked<N>,
): AsyncGenerator<string> {
  const { body } = await request(target, name, asked);
  if (body === null) return;
  const decoder = new TextDecoder();
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function request<N extends RouteName>(
  target: Target,
  name: N,
  asked: Asked<N>,
  signal?: AbortSignal,
): Promise<Response> {
  const { url, headers, ask, whenSilent } = target;
  const route: Route = routes[name];
  const address = `${url}${pathOf(route, asked.params)}${queryOf(asked.query)}`;
  const response = await ask(address, {
    method: route.method,
    // The credentials are for this address alone.
    redirect: 'error',
    headers: {
      ...headers,
      // A command says what is to be, whatever was there.
      ...(route.versioned && route.method !== 'GET' ? { 'if-match': '*' } : {}),
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    throw new CommandFailure(
      exitCodes.notReachable,
      `no relay answers at ${url} (${reasonOf(error)}): ${whenSilent}`,
      { cause: error },
    );
  });
  if (!response.ok) throw await refusal(response, target);
  return response;
}

/** What the relay answered other than success. */
export class RelayRefusal extends CommandFailure {
  /** Of the problem (RFC 9457 3.1.1). */
  readonly type: string | undefined;

  constructor(type: string | undefined, message: string) {
    super(exitCodes.other, message);
    this.type = type;
  }
}

function pathOf(route: Route, params: unknown): string {
  const values = new Map(Object.entries((params ?? {}) as Record<string, unknown>));
  return route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(values.get(key))));
}

function queryOf(query: unknown): string {
  const given = Object.entries((query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  );
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
}

async function refusal(response: Response, { url, tokenFrom, headers }: Target): Promise<CommandFailure> {
  const isByToken = headers['authorization'] !== undefined;
  if (response.status === 401 && isByToken) {
    return new CommandFailure(exitCodes.other, `the relay at ${url} does not take the token of ${tokenFrom}`);
  }
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  const findings = (body.findings ?? []).map((finding) => `\n  ${formatFindingView(finding)}`).join('');
  return new RelayRefusal(
    body.type,
    `${body.title ?? `HTTP ${response.status}`}${body.detail ? `: ${body.detail}` : ''}${findings}`,
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
}
