/** Asks the admin API of a running relay by the names of its routes, and holds each answer to the OpenAPI document. */
import { expect } from 'vitest';
import type { Answer, Given, Route, RouteName } from '../../contract/routes.ts';
import { routes } from '../../contract/routes.ts';
import { faultsOf } from './openapi.ts';
import type { TestRelay } from './relay.ts';

type Asked<N extends RouteName> = {
  readonly [K in keyof Given<N>]?: K extends 'body' ? unknown : Partial<Record<string, string>>;
};

export interface Asking {
  /** Fails where the answer is not one of success. */
  <N extends RouteName>(name: N, asked?: Asked<N>): Promise<Answer<N>>;
  /** Status and body, whatever they are. */
  raw(name: RouteName, asked?: Asked<RouteName>): Promise<{ readonly status: number; readonly body: never }>;
}

export function asking(relay: TestRelay): Asking {
  const raw: Asking['raw'] = async (name, asked = {}) => {
    const route: Route = routes[name];
    const params = (asked.params ?? {}) as Record<string, string>;
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(params[key] ?? ''),
    );
    const query = asked.query === undefined ? '' : `?${new URLSearchParams(asked.query as never).toString()}`;
    const response = await fetch(`${relay.relay.consoleUrl}${path}${query}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${await relay.token()}`,
        ...(route.versioned && route.method !== 'GET' ? { 'if-match': '*' } : {}),
        ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
    const text = await response.text();
    const body = (route.response || response.status >= 400 ? JSON.parse(text) : text) as never;
    if (response.status < 500 && (route.response || response.status >= 400)) {
      expect(faultsOf(route, response.status, body), `${name} ${response.status}`).toEqual([]);
    }
    return { status: response.status, body };
  };
  const ask = async (name: RouteName, asked?: Asked<RouteName>): Promise<unknown> => {
    const { status, body } = await raw(name, asked);
    expect({ name, status, body }).toEqual({ name, status: successOf(routes[name]), body });
    return body;
  };
  return Object.assign(ask, { raw }) as unknown as Asking;
}

function successOf(route: Route): number {
  return route.success ?? 200;
}
