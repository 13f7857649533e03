/** Asks the admin API of the relay that a configuration file describes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, Given, Route, RouteName, TextAnswer } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import type { ProblemBody } from '../../contract/schemas.ts';
import { certificateFileName, tokenFileName, urlFileName } from '../admin/files.ts';
import type { ConsoleConfig } from '../config/console-schema.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { formatFindingView } from './output.ts';
import { readConfig } from './read-config.ts';

const requestMs = 30_000;

export interface ConfigOption {
  readonly config: string;
}

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

/** Finds address and token; fails with exit code 2 or 3 and words. */
export async function connect(option: ConfigOption): Promise<AdminClient> {
  const { node, data } = await readConfig(option.config);
  if (node.console === false) {
    throw new CommandFailure(
      exitCodes.notReachable,
      `${option.config} has "console: false", so its relay has no admin API to ask`,
    );
  }
  const token = await readOr(join(data, tokenFileName));
  if (token === undefined) {
    throw new CommandFailure(
      exitCodes.notReachable,
      `there is no ${tokenFileName} in ${data}: the relay of ${option.config} was never started there, or the file may not be read`,
    );
  }
  // A relay whose configured port is 0 tells its real one in this file.
  const url = (await readOr(join(data, urlFileName))) ?? urlOf(node.console);
  const certificate = url.startsWith('https:') ? await readOr(join(data, certificateFileName)) : undefined;
  const place = { url, token, config: option.config, ask: await askerOf(certificate) };
  return {
    call: (name, asked) => call(place, name, asked ?? {}),
    download: (name, asked) => download(place, name, asked ?? {}),
  };
}

interface Place {
  readonly url: string;
  readonly token: string;
  readonly config: string;
  readonly ask: typeof fetch;
}

/** Trusts the one certificate that the relay wrote into the data directory, whoever signed it and for what name. */
async function askerOf(certificate: string | undefined): Promise<typeof fetch> {
  if (certificate === undefined) return fetch;
  const { Agent, fetch: ask } = await import('undici');
  const dispatcher = new Agent({
    connect: { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: () => undefined },
  });
  return ((input: string, init: object) => ask(input, { ...init, dispatcher })) as unknown as typeof fetch;
}

function urlOf({ address, port, tls }: ConsoleConfig): string {
  const reachable = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const scheme = tls === false ? 'http' : 'https';
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

async function readOr(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function call<N extends RouteName>(place: Place, name: N, asked: Asked<N>): Promise<Received<N>> {
  const response = await request(place, name, asked, AbortSignal.timeout(requestMs));
  return (routes[name] as Route).response
    ? ((await response.json()) as Received<N>)
    : ((await response.text()) as Received<N>);
}

async function* download<N extends RouteName>(
  place: Place,
  name: N,
  asked: Asked<N>,
): AsyncGenerator<string> {
  const { body } = await request(place, name, asked);
  if (body === null) return;
  const decoder = new TextDecoder();
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function request<N extends RouteName>(
  place: Place,
  name: N,
  asked: Asked<N>,
  signal?: AbortSignal,
): Promise<Response> {
  const { url, token, config, ask } = place;
  const route: Route = routes[name];
  const target = `${url}${pathOf(route, asked.params)}${queryOf(asked.query)}`;
  const response = await ask(target, {
    method: route.method,
    headers: {
      authorization: `Bearer ${token}`,
      // A command says what is to be, whatever was there.
      ...(route.versioned && route.method !== 'GET' ? { 'if-match': '*' } : {}),
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    throw new CommandFailure(
      exitCodes.notReachable,
      `no relay answers at ${url} (${reasonOf(error)}): is it running? "relay365 start --config ${config}" starts it`,
      { cause: error },
    );
  });
  if (!response.ok) throw await refusal(response, url);
  return response;
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

async function refusal(response: Response, url: string): Promise<CommandFailure> {
  if (response.status === 401) {
    return new CommandFailure(
      exitCodes.other,
      `the relay at ${url} does not take the token of this data directory: another relay may use that port`,
    );
  }
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  const findings = (body.findings ?? []).map((finding) => `\n  ${formatFindingView(finding)}`).join('');
  return new CommandFailure(
    exitCodes.other,
    `${body.title ?? `HTTP ${response.status}`}${body.detail ? `: ${body.detail}` : ''}${findings}`,
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
}
