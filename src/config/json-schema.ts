/**
 * JSON Schema (draft 2020-12) of both documents, for editors. It is the zod schema as a person writes to it, so it
 * knows the form of every key; what only the relay can check (patterns, networks, references) it does not.
 */
import { z } from 'zod';
import { nodeSchema } from './node-schema.ts';
import { policySchema } from './policy-schema.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Files to write beside the documentation: `relay365.schema.json`, `policy.schema.json`. */
export function renderJsonSchemas(): readonly { readonly name: string; readonly text: string }[] {
  return [
    { name: 'relay365.schema.json', text: render(nodeJsonSchema()) },
    { name: 'policy.schema.json', text: render(policyJsonSchema()) },
  ];
}

export function policyJsonSchema(): JsonSchema {
  return { title: 'relay365 policy', ...z.toJSONSchema(policySchema, { io: 'input' }) };
}

export function nodeJsonSchema(): JsonSchema {
  const node = z.toJSONSchema(nodeSchema, { io: 'input' });
  const { $schema: _dialect, $defs, ...policy } = z.toJSONSchema(policySchema, { io: 'input' });
  const { properties = {} } = node;
  const described = properties['policy'];
  return {
    title: 'relay365 node configuration',
    ...node,
    $defs: { ...node.$defs, ...$defs, policy },
    properties: {
      ...properties,
      // zod takes an inline policy as any mapping and reads it in a second step; an editor knows its keys at once.
      policy: {
        ...(typeof described === 'object' ? { description: described.description } : {}),
        anyOf: [{ type: 'string', minLength: 1 }, { $ref: '#/$defs/policy' }],
      },
    },
  };
}

function render(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
