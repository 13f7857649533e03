/** The refusals of one operation: what the route itself gives, and what every route of its kind may give. */
import type { Json } from './openapi-schema.ts';
import { jsonSchema } from './openapi-schema.ts';
import type { Route } from './route.ts';
import { problem } from './schemas.ts';

const titles = new Map([
  [400, 'The request does not fit the schema.'],
  [401, 'Not signed in, or the credentials are wrong.'],
  [403, 'The role does not permit it, or the request comes from a page of another origin.'],
  [404, 'There is nothing of that name.'],
  [409, 'The state does not allow it.'],
  [412, 'It has changed since the ETag that If-Match names.'],
  [413, 'The body is too large.'],
  [415, 'The body is not JSON.'],
  [421, 'The Host field names another host.'],
  [422, 'The document has faults, or the Idempotency-Key was used for another request.'],
  [428, 'If-Match is missing.'],
  [429, 'Too many attempts; Retry-After says when again.'],
  [502, 'The identity provider cannot be asked.'],
  [503, 'Mail is not accepted at the moment.'],
]);

export function operationProblems(route: Route, components: Map<string, unknown>): Json {
  return Object.fromEntries(
    statusesOf(route).map((status) => [
      status,
      {
        description: titles.get(status) ?? 'A problem.',
        content: {
          [status === 503 ? 'application/json' : 'application/problem+json']: {
            schema: jsonSchema(
              status === 503 && route.response ? route.response : problem,
              'output',
              components,
            ),
          },
        },
      },
    ]),
  );
}

function statusesOf(route: Route): readonly number[] {
  // Health is answered under any Host name, because load balancers choose it.
  const isHealth = route.path === '/healthz' || route.path === '/readyz';
  const statuses = new Set<number>([
    ...(route.problems ?? []),
    ...(isHealth ? [] : [403, 421]),
    ...(route.role !== 'anyone' ? [401] : []),
    ...(route.method !== 'GET' ? [400, 413, 415] : []),
    ...(route.creates ? [409, 422] : []),
    ...(route.versioned && route.method !== 'GET' ? [412, 428] : []),
    ...(route.stream ? [429] : []),
  ]);
  return [...statuses].toSorted((a, b) => a - b);
}
