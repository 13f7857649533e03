/** Settings of `relay365 sandbox`: the schema, and reading it from a file with the place of each fault. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { capabilities } from '../../../sandbox/smtp/capabilities.ts';
import { count, size } from '../../config/units.ts';
import { portsSchema, tenantSchema } from './tenants.ts';

const texts = z.array(z.string().max(2000));
const name = z.string().min(1).max(253);

/** A plain list is TXT. */
const zoneEntry = z.union([
  texts,
  z.strictObject({
    txt: texts.optional(),
    a: z.array(z.ipv4()).optional(),
    aaaa: z.array(z.ipv6()).optional(),
    mx: z.array(name).optional().describe('Host names, without preference.'),
  }),
]);

const port = z.int('expected a port from 0 to 65535').min(0).max(65_535);

export const sandboxSchema = z.strictObject({
  address: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .describe('Address to listen on; absent: 127.0.0.1. Whoever reaches it can read what arrived.'),
  port: port.optional().describe('SMTP port; absent or 0: the system chooses.'),
  inspectPort: port.optional().describe('HTTP port of the inspection; absent or 0: the system chooses.'),
  host: z.string().min(1).max(253).optional().describe('Name in banner and certificate.'),
  directory: z.string().min(1).optional().describe('Where `ca.pem` and arriving messages are written.'),
  messages: count.optional().describe('Messages kept in memory; the oldest go first. Absent: 1000.'),
  memory: size.optional().describe('Octets of content kept in memory. Absent: 512 MiB.'),
  ports: portsSchema.optional().describe('Fixed ports of the other endpoints; the system chooses the rest.'),
  tenants: z.array(tenantSchema).min(1).optional().describe('Absent: contoso.com with everything allowed.'),
  zone: z
    .record(name, zoneEntry)
    .optional()
    .describe('Records by name, for SPF and DMARC: a list of TXT, or `txt`, `a`, `aaaa`, `mx`.'),
  reverse: z
    .record(z.union([z.ipv4(), z.ipv6()]), z.string().min(1).max(253))
    .optional()
    .describe('Host names by IP address, for clients over IPv6.'),
  withhold: z.array(z.enum(capabilities)).optional().describe('Extensions not to offer.'),
});

export type SandboxConfig = z.output<typeof sandboxSchema>;
export type SandboxConfigRead =
  | { readonly ok: true; readonly config: SandboxConfig }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a file; relative paths in it become relative to it. */
export async function readSandboxConfig(file: string): Promise<SandboxConfigRead> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { ok: false, faults: [`${file}: cannot be read: ${(error as Error).message}`] };
  }
  const read = parseSandboxConfig(text, file);
  if (!read.ok || read.config.directory === undefined) return read;
  return { ok: true, config: { ...read.config, directory: resolve(dirname(file), read.config.directory) } };
}

/** Reads the text of a configuration; each fault is one line with file, line and column. */
export function parseSandboxConfig(text: string, file: string): SandboxConfigRead {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return { ok: false, faults: document.errors.map((error) => `${place(error.pos[0])}: ${error.message}`) };
  }
  const parsed = sandboxSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { ok: true, config: parsed.data };
  const faults = parsed.error.issues.map(
    (issue) => `${place(offsetOf(document, issue))}: ${describeIssue(issue.path, issue.message)}`,
  );
  return { ok: false, faults };
}

/** Where a fault is: at the value, or at the key that nobody knows. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const node = document.getIn(issue.path, true);
  if (issue.code === 'unrecognized_keys' && isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && issue.keys.includes(String(key.value)));
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Settings from the command line. */
export function checkSandboxOptions(given: unknown): SandboxConfigRead {
  const parsed = sandboxSchema.safeParse(given);
  if (parsed.success) return { ok: true, config: parsed.data };
  return { ok: false, faults: parsed.error.issues.map(({ path, message }) => describeIssue(path, message)) };
}

function describeIssue(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
