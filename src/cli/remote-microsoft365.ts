/** `relay365 microsoft365 script|collect|audit --url URL`: the relay elsewhere judges by its own policy. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decoded } from '../diagnostics/microsoft365/powershell-files.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import type { SetupOptions } from './microsoft365.ts';
import { asText } from './microsoft365.ts';
import { write, writeJson } from './output.ts';

export async function remoteScript(options: SetupOptions & { readonly undo?: true }): Promise<void> {
  const { tenants } = await (await connect(options)).call('microsoft365SetUp', { query: egressOf(options) });
  if (tenants.length === 0) throw noTenant();
  if (options.json) writeJson(tenants);
  else for (const { script, undo } of tenants) write(options.undo ? undo : script);
}

export async function remoteCollect(options: SetupOptions): Promise<void> {
  const { collect } = await (await connect(options)).call('microsoft365SetUp', { query: egressOf(options) });
  write(collect.trimEnd());
}

/** Ends with exit code 1 where something fails. */
export async function remoteAudit(paths: readonly string[], options: SetupOptions): Promise<void> {
  const files = await Promise.all(
    paths.map(async (path) => ({ name: basename(path), text: await textOf(path) })),
  );
  const body = { files, ...egressOf(options) };
  const { tenants } = await (await connect(options)).call('microsoft365Audit', { body });
  if (tenants.length === 0) throw noTenant();
  if (options.json) writeJson(tenants);
  else for (const { domain, findings } of tenants) write(asText(domain, findings));
  if (tenants.some(({ findings }) => findings.some(({ state }) => state === 'fail')))
    process.exitCode = exitCodes.other;
}

function egressOf({ egress }: SetupOptions): { readonly egress?: string } {
  return egress === undefined ? {} : { egress: egress.join(',') };
}

function noTenant(): CommandFailure {
  return new CommandFailure(
    exitCodes.configuration,
    'the policy names no tenant: add "tenant: { domain: …, acceptedDomains: […] }"',
  );
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new CommandFailure(exitCodes.other, `${path} cannot be read: ${error.message}`, { cause: error });
  });
  return decoded(bytes);
}
