/** The OpenAPI 3.1 document of the admin API, made from the route table. */
import { z } from 'zod';
import type { Route } from './routes.ts';
import { routes } from './routes.ts';
import { problem } from './schemas.ts';

type Json = Record<string, unknown>;

const problemTitles = new Map([
  [400, 'The request does not fit the schema.'],
  [401, 'No token, or not the right one.'],
  [403, 'The request comes from a page of another origin.'],
  [404, 'There is nothing of that name.'],
  [409, 'The state does not allow it.'],
  [421, 'The Host field names another host.'],
  [422, 'The document has faults.'],
  [503, 'Mail is not accepted at the moment.'],
]);

/** `version`: of the program. */
export function openApi(version: string): Json {
  const components = new Map<string, unknown>();
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operation(name, route, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'relay365 admin API', version },
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(name: string, route: Route, components: Map<string, unknown>): Json {
  return {
    operationId: name,
    summary: route.summary,
    security: route.role !== 'anyone' ? [{ token: [] }] : [],
    parameters: [
      ...parameters('path', route.params, components),
      ...parameters('query', route.query, components),
    ],
    ...(route.body
      ? {
          requestBody: {
            content: { 'application/json': { schema: jsonSchema(route.body, 'input', components) } },
          },
        }
      : {}),
    responses: {
      200: {
        description: 'Done.',
        content: route.response
          ? { 'application/json': { schema: jsonSchema(route.response, 'output', components) } }
          : { [route.contentType ?? 'text/plain']: { schema: { type: 'string' } } },
      },
      ...problems(route, components),
    },
  };
}

function problems(route: Route, components: Map<string, unknown>): Json {
  const own = route.problems ?? [];
  // Health is answered under any Host name, because load balancers choose it.
  const guarded = route.path === '/healthz' || route.path === '/readyz' ? [] : [403, 421];
  const statuses = [...own, ...guarded, ...(route.role !== 'anyone' ? [401] : [])];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: problemTitles.get(status) ?? 'A problem.',
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

function parameters(
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  components: Map<string, unknown>,
) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: jsonSchema(field as z.ZodType, 'output', components),
  }));
}

/** One JSON Schema, its named parts moved into the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Map<string, unknown>): unknown {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    reused: 'inline',
    override: ({ jsonSchema: part }) => void delete part.id,
  }) as Json & { $defs?: Record<string, unknown> };
  delete made['$schema'];
  for (const [id, part] of Object.entries(made.$defs ?? {})) components.set(id, moveRefs(part));
  delete made.$defs;
  return moveRefs(made);
}

function moveRefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
