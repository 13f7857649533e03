/** Settings of `relay365 sandbox`: the schema, and reading it from a file with the place of each fault. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { capabilities } from '../../../sandbox/smtp/capabilities.ts';
import { parseYaml, placeFindings } from '../../config/document.ts';
import { explainIssues } from '../../config/faults.ts';
import { findingText, formatFinding, formatPath } from '../../config/finding.ts';
import { readText } from '../../config/load.ts';
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

const portRange = 'expected a port from 0 to 65535';
const port = z.int(portRange).min(0, portRange).max(65_535, portRange);

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
  const text = await readText(file);
  if (text.kind === 'faulty') return { ok: false, faults: text.findings.map(formatFinding) };
  const read = parseSandboxConfig(text.value, file);
  if (!read.ok || read.config.directory === undefined) return read;
  return { ok: true, config: { ...read.config, directory: resolve(dirname(file), read.config.directory) } };
}

/** Reads the text of a configuration; each fault is one line with file, line, column and key. */
export function parseSandboxConfig(text: string, file: string): SandboxConfigRead {
  const document = parseYaml(text, file);
  if (document.kind === 'faulty') return { ok: false, faults: document.findings.map(formatFinding) };
  const { value, locate } = document;
  const parsed = sandboxSchema.safeParse(value);
  if (parsed.success) return { ok: true, config: parsed.data };
  const findings = placeFindings(explainIssues(parsed.error.issues, sandboxSchema, value), file, locate);
  return { ok: false, faults: findings.map(formatFinding) };
}

/** Settings from the command line. */
export function checkSandboxOptions(given: unknown): SandboxConfigRead {
  const parsed = sandboxSchema.safeParse(given);
  if (parsed.success) return { ok: true, config: parsed.data };
  const findings = explainIssues(parsed.error.issues, sandboxSchema, given);
  return { ok: false, faults: findings.map((one) => `${formatPath(one.path)}: ${findingText(one)}`) };
}
