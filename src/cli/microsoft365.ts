/** `relay365 microsoft365 …`: what the tenant must be set up with, and where it differs. Asks nobody; works on files. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { Drift } from '../diagnostics/microsoft365/drift.ts';
import { driftOf } from '../diagnostics/microsoft365/drift.ts';
import { connectorFault } from '../diagnostics/microsoft365/egress-range.ts';
import { literal } from '../diagnostics/microsoft365/powershell.ts';
import type { ReadBack } from '../diagnostics/microsoft365/read-back.ts';
import { ReadBackError, collectScript, readBack } from '../diagnostics/microsoft365/read-back.ts';
import type { SetupTenant } from '../diagnostics/microsoft365/setup-input.ts';
import { setupInput } from '../diagnostics/microsoft365/setup-input.ts';
import { formatSetup, setupOf } from '../diagnostics/microsoft365/setup-script.ts';
import { readPeerCertificate } from '../platform/tls.ts';
import type { ConfigOption } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';
import type { PolicyToRead } from './read-policy.ts';
import { readPolicy } from './read-policy.ts';

export interface SetupOptions extends ConfigOption {
  /** Public IPv4 addresses and ranges of the relay; absent: those of the configuration. */
  readonly egress?: readonly string[];
  readonly json?: true;
}

export async function script(options: SetupOptions & { readonly undo?: true }): Promise<void> {
  const policy = await readPolicy(options);
  const egress = egressOf(options, policy);
  const setups = (await tenantsOf(policy)).map((tenant) => setupOf(tenant, egress));
  if (options.json) writeJson(setups);
  else write(setups.map((setup) => formatSetup(setup, options.undo ? 'undo' : 'do')).join('\n\n'));
}

export async function collect(options: ConfigOption): Promise<void> {
  const tenants = await tenantsOf(await readPolicy(options));
  const mailboxes = tenants.flatMap(({ routes }) =>
    routes.flatMap((route) => (route.kind === 'submission' ? [route.mailbox] : [])),
  );
  write(collectScript([...new Set(mailboxes)], literal).join('\n'));
}

/** Ends with exit code 1 where something fails. */
export async function audit(files: readonly string[], options: SetupOptions): Promise<void> {
  const found = await read(files);
  const policy = await readPolicy(options);
  const egress = egressOf(options, policy);
  const results = (await tenantsOf(policy)).map((tenant) => ({
    domain: tenant.domain,
    findings: driftOf(tenant, found, egress),
  }));
  if (options.json) writeJson(results);
  else for (const { domain, findings } of results) write(asText(domain, findings));
  if (results.some(({ findings }) => findings.some(({ state }) => state === 'fail'))) {
    process.exitCode = exitCodes.other;
  }
}

async function tenantsOf({ document, senders }: PolicyToRead): Promise<readonly SetupTenant[]> {
  const tenants = setupInput(document, senders, await certificateNames(document.connectors));
  if (tenants.length > 0) return tenants;
  throw new CommandFailure(
    exitCodes.configuration,
    'the policy names no tenant: add "tenant: { domain: …, acceptedDomains: […] }"',
  );
}

type Connectors = PolicyToRead['document']['connectors'];

/** Names in the client certificates; a file that cannot be read gives none, which the result says. */
export async function certificateNames(
  connectors: Connectors,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const { name, route } of connectors) {
    if (route.type !== 'exchange-online' || route.certificate === undefined) continue;
    const pem = await readFile(route.certificate).catch((error: Error) => {
      throw new CommandFailure(
        exitCodes.configuration,
        `certificate of connector ${name} cannot be read: ${error.message}`,
        { cause: error },
      );
    });
    const { commonName, dnsNames } = readPeerCertificate(new X509Certificate(pem));
    names.set(name, [...new Set([...dnsNames, ...(commonName === undefined ? [] : [commonName])])]);
  }
  return names;
}

/** What was asked for, or `egress` of the configuration. */
function egressOf({ egress }: SetupOptions, { node }: PolicyToRead): readonly string[] {
  for (const address of egress ?? []) {
    const fault = connectorFault(address);
    if (fault !== undefined) throw new CommandFailure(exitCodes.other, `--egress ${address}: ${fault}`);
  }
  return egress ?? node.egress;
}

async function read(files: readonly string[]): Promise<ReadBack> {
  try {
    return readBack(await Promise.all(files.map(async (name) => ({ name, bytes: await readFile(name) }))));
  } catch (error) {
    const isOurs = error instanceof ReadBackError || (error as NodeJS.ErrnoException).code !== undefined;
    if (isOurs) throw new CommandFailure(exitCodes.other, (error as Error).message, { cause: error });
    throw error;
  }
}

const marks = {
  ok: styleText('green', 'ok     '),
  warn: styleText('yellow', 'warn   '),
  fail: styleText('red', 'FAIL   '),
  unknown: styleText('gray', 'unknown'),
} as const;

export function asText(
  domain: string,
  findings: readonly (Pick<Drift, 'state' | 'subject' | 'text'> & { readonly mend?: string | undefined })[],
): string {
  const lines = findings.flatMap(({ state, subject, text, mend }) => [
    `  ${marks[state]}  ${subject}: ${text}`,
    ...(mend === undefined ? [] : [`           ${mend}`]),
  ]);
  return [`tenant ${domain}`, ...lines].join('\n');
}
