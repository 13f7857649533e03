/** Every route of the admin API. The server registers exactly these, and the OpenAPI document lists exactly these. */
import type { z } from 'zod';
import type { Route } from './route.ts';
import { systemRoutes } from './routes/system.ts';
import { messagesRoutes } from './routes/messages.ts';
import { eventsRoutes } from './routes/events.ts';
import { sourcesRoutes } from './routes/sources.ts';
import { connectorsRoutes } from './routes/connectors.ts';
import { policyRoutes } from './routes/policy.ts';

export type { Route } from './route.ts';

export const routes = {
  ...systemRoutes,
  ...messagesRoutes,
  ...eventsRoutes,
  ...sourcesRoutes,
  ...connectorsRoutes,
  ...policyRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type Field<N extends RouteName, F extends string> = (typeof routes)[N] extends {
  readonly [K in F]: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** What a handler of this route is given, parsed. */
export interface Given<N extends RouteName> {
  readonly params: Field<N, 'params'>;
  readonly query: Field<N, 'query'>;
  readonly body: Field<N, 'body'>;
}

/** What it answers. */
export type Answer<N extends RouteName> =
  Field<N, 'response'> extends undefined ? string : Field<N, 'response'>;
