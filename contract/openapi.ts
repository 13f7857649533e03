/** The OpenAPI 3.1 document of the admin API, made from the route table. */
import { z } from 'zod';
import { operationProblems } from './openapi-problems.ts';
import { jsonSchema, type Json } from './openapi-schema.ts';
import type { Route } from './routes.ts';
import { routes } from './routes.ts';

const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token, or the token of the data directory.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-relay365',
    description: 'A session of the console; over plain HTTP, on loopback, its name is `relay365`.',
  },
};

/** `version`: of the program. */
export function openApi(version: string): Json {
  const making = openApiInSteps(version);
  for (;;) {
    const step = making.next();
    if (step.done) return step.value;
  }
}

/** A route a step, because the whole keeps a processor busy for a tenth of a second. */
export function* openApiInSteps(version: string): Generator<undefined, Json, undefined> {
  const components = new Map<string, unknown>();
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const item = (paths[route.path] ??= {});
    item[route.method.toLowerCase()] = operation(name, route, components);
    yield;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'relay365 admin API', version },
    paths,
    components: { schemas: Object.fromEntries(components), securitySchemes },
  };
}

function operation(name: string, route: Route, components: Map<string, unknown>): Json {
  return {
    operationId: name,
    summary: route.summary,
    'x-role': route.role,
    security: route.role !== 'anyone' ? [{ token: [] }, { session: [] }] : [],
    parameters: [
      ...parameters('path', route.params, components),
      ...parameters('query', route.query, components),
      ...headerParameters(route),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: { 'application/json': { schema: jsonSchema(route.body, 'input', components) } },
          },
        }
      : {}),
    responses: {
      [route.success ?? 200]: success(route, components),
      ...operationProblems(route, components),
    },
  };
}

function success(route: Route, components: Map<string, unknown>): Json {
  if (route.success === 204) return { description: 'Done.' };
  if (route.success === 302) {
    return {
      description: 'Where to go on.',
      headers: { Location: { required: true, schema: { type: 'string' } } },
    };
  }
  const schema = route.response && jsonSchema(route.response, 'output', components);
  const etag = { ETag: { description: 'For If-Match of a change.', schema: { type: 'string' } } };
  if (route.stream) {
    return {
      description: 'Server-sent events; the schema is that of the data of one.',
      content: { 'text/event-stream': { schema } },
    };
  }
  return {
    description: 'Done.',
    ...(route.versioned && route.method === 'GET' ? { headers: etag } : {}),
    content: schema
      ? { 'application/json': { schema } }
      : Object.fromEntries(textTypes(route).map((type) => [type, { schema: { type: 'string' } }])),
  };
}

function textTypes({ contentType = 'text/plain', otherContentTypes = [] }: Route): readonly string[] {
  return [contentType, ...otherContentTypes];
}

function headerParameters(route: Route): readonly Json[] {
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', maxLength: 200 },
  });
  return [
    ...(route.creates
      ? [header('Idempotency-Key', false, 'The same request under the same key is done once, for 24 hours.')]
      : []),
    ...(route.versioned && route.method !== 'GET'
      ? [header('If-Match', true, 'ETag of the GET of this path, or * for whatever is there.')]
      : []),
    ...(route.stream ? [header('Last-Event-ID', false, 'Go on after this event.')] : []),
  ];
}

function parameters(
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  components: Map<string, unknown>,
) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: jsonSchema(field as z.ZodType, 'input', components),
  }));
}
