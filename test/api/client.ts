/** Asks a running relay as somebody, and holds whatever comes to the OpenAPI document. */
import { expect } from 'vitest';
import type { Role } from '../../contract/roles.ts';
import type { Route, RouteName } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { faultsOf } from '../harness/openapi.ts';
import type { TestRelay } from '../harness/relay.ts';

export interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Text where it is no JSON. */
  readonly body: never;
}

export type Ask = (name: RouteName, asked?: Asked) => Promise<Answered>;

/** `token`: of whom. */
export function asker(relay: TestRelay, token: string): Ask {
  return async (name, { params = {}, query = {}, body, headers = {} } = {}) => {
    const route: Route = routes[name];
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(params[key] ?? '01KB0000000000000000000000'),
    );
    const search = new URLSearchParams(query).toString();
    const leave = new AbortController();
    const response = await fetch(`${relay.relay.consoleUrl}${path}${search === '' ? '' : `?${search}`}`, {
      method: route.method,
      redirect: 'manual',
      signal: leave.signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (route.stream && response.ok) {
      leave.abort();
      return { status: response.status, headers: response.headers, body: '' as never };
    }
    const text = await response.text();
    const isJson = route.response !== undefined || response.status >= 400;
    const value: unknown = isJson ? JSON.parse(text) : text;
    checkAnswer(name, route, response, value);
    return { status: response.status, headers: response.headers, body: value as never };
  };
}

function checkAnswer(name: string, route: Route, { status, headers }: Response, body: unknown): void {
  const where = `${name} ${status}`;
  if (status < 400) {
    expect(status, where).toBe(route.success ?? 200);
    if (route.response) expect(faultsOf(route, status, body), where).toEqual([]);
    return;
  }
  expect(faultsOf(route, status, body), where).toEqual([]);
  // RFC 9457 3 and 3.1: the media type, and the members that every problem of ours has.
  expect(headers.get('content-type'), where).toMatch(/^application\/problem\+json(?:;|$)/);
  expect(body, where).toMatchObject({
    type: expect.stringMatching(/^(?:about:blank|urn:relay365:[a-z-]+)$/) as string,
    title: expect.stringMatching(/\S/) as string,
    status,
  });
}

/** An API token of a role; a test value, as all in a test relay. */
export async function tokenOf(relay: TestRelay, role: Role): Promise<string> {
  const local = asker(relay, await relay.token());
  const { status, body } = await local('addToken', { body: { name: `test-${role}`, role } });
  expect(status).toBe(201);
  return (body as { readonly token: string }).token;
}
