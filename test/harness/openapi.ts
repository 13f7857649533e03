/** Holds an answer of the admin API against the OpenAPI document, with a validator that is not ours. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApi } from '../../contract/openapi.ts';
import type { Route } from '../../contract/routes.ts';

interface Document {
  readonly components: object;
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
      }
    >
  >;
}

const document = openApi('0.0.0') as unknown as Document;

/** What does not fit, in words; empty where all does. */
export function faultsOf(route: Route, status: number, body: unknown): readonly string[] {
  const response = document.paths[route.path]?.[route.method.toLowerCase()]?.responses[String(status)];
  if (!response) return [`${route.method} ${route.path}: status ${status} is not documented`];
  const [content] = Object.values(response.content);
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile({ ...content?.schema, components: document.components });
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
