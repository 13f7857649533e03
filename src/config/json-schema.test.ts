import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseNodeConfig, parsePolicyDocument } from './load.ts';
import type { JsonSchema } from './json-schema.ts';
import { nodeJsonSchema, policyJsonSchema, renderJsonSchemas } from './json-schema.ts';
import { renderConfigurationReference } from './reference.ts';

const examples = join(import.meta.dirname, '../../test/corpus/good-config');
const faulty = join(import.meta.dirname, '../../test/corpus/bad-config');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isNode = ajv.compile(nodeJsonSchema());
const isPolicy = ajv.compile(policyJsonSchema());

describe('good examples', () => {
  const names = readdirSync(examples);
  test.each(names.filter((name) => name.startsWith('relay365')))('%s', (name) => {
    const text = readFileSync(join(examples, name), 'utf8');
    expect(parseNodeConfig(text, name).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(isNode(parse(text)) ? [] : isNode.errors).toEqual([]);
  });
  test.each(names.filter((name) => name.startsWith('policy')))('%s', (name) => {
    const text = readFileSync(join(examples, name), 'utf8');
    expect(parsePolicyDocument(text, name).findings).toEqual([]);
    expect(isPolicy(parse(text)) ? [] : isPolicy.errors).toEqual([]);
  });
});

/** Faults of form, which an editor can see; the others need the relay. */
test.each([
  'port-not-a-number',
  'port-too-large',
  'key-mistyped',
  'key-unknown',
  'key-missing',
  'value-mistyped',
  'number-for-text',
  'size-without-sense',
  'several-faults',
  'no-listeners',
  'list-for-mapping',
  'not-a-mapping',
  'policy-limits',
  'policy-dates',
  'policy-password-in-clear',
  'policy-route-unknown',
])('the schema refuses %s', (name) => {
  expect(isNode(parse(readFileSync(join(faulty, `${name}.yaml`), 'utf8')))).toBe(false);
});

test.each([
  ['36 MiB', true],
  ['10 MB', true],
  [1024, true],
  ['1.5 GiB', true],
  ['36 furlongs', false],
  [0, false],
  [true, false],
])('size %j: %s', (minimumFree, valid) => {
  expect(isNode({ hostname: 'a.example', listeners: [{ name: 'a', port: 1 }], minimumFree })).toBe(valid);
  const text = JSON.stringify({ hostname: 'a.example', listeners: [{ name: 'a', port: 1 }], minimumFree });
  expect(parseNodeConfig(text, 'r.yaml').kind === 'ok').toBe(valid);
});

test('every key of both schemas says what it means', () => {
  const silent: string[] = [];
  const walk = (schema: JsonSchema, path: string): void => {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (typeof property !== 'object') continue;
      if (!property.description) silent.push(`${path}${key}`);
      walk(property, `${path}${key}.`);
    }
    const inner = [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    for (const each of inner) if (typeof each === 'object' && !Array.isArray(each)) walk(each, path);
  };
  walk(nodeJsonSchema(), '');
  walk(policyJsonSchema(), 'policy.');
  expect(silent).toEqual([]);
});

describe('what is rendered', () => {
  test('the schemas are draft 2020-12', () => {
    for (const { name, text } of renderJsonSchemas()) {
      expect(name).toMatch(/\.schema\.json$/);
      expect(JSON.parse(text)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    }
  });
  test('the reference has every key of the contract', () => {
    const reference = renderConfigurationReference();
    const rows = [
      '| `hostname` | text | required |',
      '| `minimumTls` | `1.0`, `1.1`, `1.2`, `1.3` | `1.2` |',
      '| `messageBytes` | size | `150 MiB` |',
      '| `idle` | time | `5m` |',
      '| `password` | secret | required |',
      '### `sources[].networks[]`',
      '### `connectors[].route (smart-host)`',
      '### `connectors[].retry`',
    ];
    for (const row of rows) expect(reference).toContain(row);
    expect(reference).not.toMatch(/undefined|\[object|\$defs/);
  });
});
