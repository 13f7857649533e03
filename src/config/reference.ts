/** Renders the reference of all configuration keys from the schemas, so that it cannot differ from the program. */
import type { JsonSchema } from './json-schema.ts';
import { nodeJsonSchema, policyJsonSchema } from './json-schema.ts';

type Schema = JsonSchema;

/** The whole of docs/configuration.md. */
export function renderConfigurationReference(): string {
  const node = nodeJsonSchema();
  const policy = policyJsonSchema();
  return `${[
    '# Configuration reference',
    '',
    '<!-- Generated from src/config by `npm run docs`; change the descriptions there. -->',
    '',
    'Files are YAML 1.2 in UTF-8, at most 10 MB. A key that is not listed here, a key written twice, or a YAML tag is an',
    'error. Relative paths are relative to the file that names them. `relay365 check-config` checks without starting.',
    '',
    '- Sizes are written `36 MiB`, `10 MB` or as a number of bytes.',
    '- Times are written `250ms`, `90s`, `5m`, `4h`, `2d`.',
    '- A secret is the value itself, `{ env: NAME }` or `{ file: PATH }`.',
    '- Values that look like numbers but are not, such as `"1.2"` for a TLS version, stand in quotes.',
    '',
    '## Node configuration: `relay365.yaml`',
    '',
    ...sections(node, '', node),
    '## Policy: `policy.yaml`, or the mapping under `policy`',
    '',
    'What these rules mean together is told in [policy.md](policy.md).',
    '',
    ...sections(policy, '', policy),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

/** The table of one mapping, then those of the mappings inside it. */
function sections(schema: Schema, path: string, root: Schema): string[] {
  const rows: string[] = [];
  const inner: string[] = [];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property !== 'object') continue;
    const here = path === '' ? key : `${path}.${key}`;
    rows.push(row(key, property, schema.required?.includes(key) ?? false));
    for (const { title, mapping } of mappingsIn(property, here, root))
      inner.push(...headed(title, mapping, root));
  }
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows, '', ...inner];
}

function headed(path: string, mapping: Schema, root: Schema): string[] {
  return [`### \`${path}\``, '', ...sections(mapping, path.replace(/ \(.*\)$/, ''), root)];
}

/** Mappings that a value may be or hold, each with its path. */
function mappingsIn(schema: Schema, path: string, root: Schema): { title: string; mapping: Schema }[] {
  if (schema.items && typeof schema.items === 'object' && !Array.isArray(schema.items)) {
    return mappingsIn(schema.items, `${path}[]`, root);
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.flatMap((option) => mappingsIn(option, variant(path, option), root));
  if (!schema.properties || isSmall(schema)) return [];
  return [{ title: path, mapping: schema }];
}

/** Variants are told apart by their type, as routes are, or by their one key. */
function variant(path: string, option: Schema): string {
  const type = option.properties?.['type'];
  if (typeof type === 'object' && typeof type.const === 'string') return `${path} (${type.const})`;
  const keys = Object.keys(option.properties ?? {});
  return keys.length === 1 && option.required?.length === 1 && !path.endsWith(']')
    ? `${path} (${keys[0]})`
    : path;
}

/** The forms of a secret are told once, at the top. */
function isSmall(schema: Schema): boolean {
  const keys = Object.keys(schema.properties ?? {}).join(' ');
  return keys === 'env' || keys === 'file';
}

function row(key: string, schema: Schema, isRequired: boolean): string {
  const value = isRequired ? 'required' : defaultText(schema.default);
  return `| \`${key}\` | ${cell(typeText(schema))} | ${cell(value)} | ${cell(schema.description ?? '')} |`;
}

function defaultText(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && JSON.stringify(value) === '{}')) return '–';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function typeText(schema: Schema): string {
  const reference = schema.$ref?.split('/').at(-1);
  if (reference !== undefined) return reference === 'duration' ? 'time' : reference;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return joinTypes(options);
  if (schema.type === 'array') return `list of ${plural(typeText(schema.items as Schema))}`;
  if (schema.type === 'object') return 'mapping';
  return scalarText(schema);
}

function joinTypes(options: readonly Schema[]): string {
  const isSecret = options.some((option) => isSmall(option));
  return isSecret ? 'secret' : [...new Set(options.map(typeText))].join(' or ');
}

const formats = new Map([
  ['ipv4', 'IPv4 address'],
  ['ipv6', 'IPv6 address'],
  ['date', 'date'],
  ['date-time', 'RFC 3339 time'],
]);

function scalarText(schema: Schema): string {
  const format = formats.get(schema.format ?? '');
  if (format !== undefined) return format;
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type !== 'integer') return schema.type === 'string' ? 'text' : String(schema.type);
  const { minimum, maximum } = schema;
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `number from ${minimum}`
    : `number from ${minimum} to ${maximum}`;
}

function plural(type: string): string {
  return type.replaceAll(/\b(mapping|text)\b/g, '$1s');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
