/** What each route takes and answers, from the schemas of the contract: types only, nothing of it reaches the bundle. */
import type { z } from 'zod';
import type { RouteName, routes } from '../../contract/routes.ts';

export type { RouteName } from '../../contract/routes.ts';
export type { Role } from '../../contract/roles.ts';

type Field<N extends RouteName, F extends string> = (typeof routes)[N] extends {
  readonly [K in F]: infer S extends z.ZodType;
}
  ? S
  : undefined;

type Input<S> = S extends z.ZodType ? z.input<S> : never;

/** Query, path parameters and body of a call; those that the route has. */
export type Given<N extends RouteName> = Part<'params', Field<N, 'params'>> &
  Part<'query', Field<N, 'query'>> &
  Part<'body', Field<N, 'body'>>;

type Part<K extends string, S> = S extends undefined
  ? unknown
  : object extends Input<S>
    ? { readonly [P in K]?: Input<S> }
    : { readonly [P in K]: Input<S> };

export type Answer<N extends RouteName> =
  Field<N, 'response'> extends infer S ? (S extends z.ZodType ? z.output<S> : string) : never;

/** Names of routes of which the answer is a page of a list. */
export type ListRoute = {
  [N in RouteName]: Answer<N> extends { readonly items: readonly unknown[] } ? N : never;
}[RouteName];

export type Item<N extends ListRoute> =
  Answer<N> extends { readonly items: readonly (infer T)[] } ? T : never;
