/**
 * Reads a policy as a whole: text, schema, meaning, and every file and secret that it names. What comes out can be put
 * in force without a further check, or is a list of faults with file, line and column.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DocumentPath, Finding } from '../config/finding.ts';
import { formatPath, hasErrors } from '../config/finding.ts';
import type { Checked } from '../config/load.ts';
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import { readSecret } from '../config/secrets.ts';
import type { ConnectorEnvironment, ConnectorSecrets } from '../connector/create.ts';
import { createConnector } from '../connector/create.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { Policy } from '../policy/policy.ts';

export interface ReadPolicy {
  /** Without its number yet: it gets one when it is kept. */
  readonly policy: Policy;
  readonly document: PolicyDocument;
  /** Dangers and warnings. */
  readonly findings: readonly Finding[];
  /** By connector name. */
  readonly secrets: ReadonlyMap<string, ConnectorSecrets>;
}

export type PolicyReading =
  | { readonly kind: 'ok'; readonly value: ReadPolicy }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

export interface PolicyPlace {
  /** Name for findings. */
  readonly file: string;
  /** What relative paths in the document are relative to. */
  readonly directory: string;
}

/** `environment`: what connectors are tried with; none of them does I/O here. */
export async function readPolicy(
  checked: Checked<PolicyDocument>,
  place: PolicyPlace,
  environment: Omit<ConnectorEnvironment, 'secrets'>,
): Promise<PolicyReading> {
  if (checked.kind === 'faulty') return checked;
  const document = checked.value;
  const findings: Finding[] = [...checked.findings];
  const add = (path: DocumentPath, rest: Pick<Finding, 'severity' | 'message' | 'expected'>): void => {
    findings.push({ ...rest, file: place.file, ...checked.locate(path), path: formatPath(path) });
  };
  const compiled = compilePolicy(document, 0);
  for (const { path, at, ...rest } of compiled.findings) {
    findings.push({ ...rest, file: place.file, ...checked.locate(path, at), path: formatPath(path) });
  }
  const secrets = new Map<string, ConnectorSecrets>();
  for (const [index, config] of document.connectors.entries()) {
    const read = await readConnectorSecrets(config, place.directory);
    for (const fault of read.faults) {
      add(['connectors', index, ...fault.path], {
        severity: 'error',
        message: fault.message,
        expected: fault.expected,
      });
    }
    secrets.set(config.name, read.secrets);
    if (read.faults.length === 0)
      await tryConnector(config, { ...environment, secrets: read.secrets }, index, add);
  }
  if (hasErrors(findings)) return { kind: 'faulty', findings };
  return { kind: 'ok', value: { policy: compiled.policy, document, findings, secrets } };
}

interface SecretFault {
  readonly path: DocumentPath;
  readonly message: string;
  readonly expected: string;
}

async function readConnectorSecrets(
  config: ConnectorConfig,
  directory: string,
): Promise<{ readonly secrets: ConnectorSecrets; readonly faults: readonly SecretFault[] }> {
  const faults: SecretFault[] = [];
  const secrets: { -readonly [K in keyof ConnectorSecrets]: ConnectorSecrets[K] } = {};
  for (const key of ['ca', 'certificate', 'key'] as const) {
    const name = config[key];
    if (name === undefined) continue;
    const file = resolve(directory, name);
    try {
      const text = await readFile(file, 'utf8');
      if (text.includes('-----BEGIN ')) secrets[key] = text;
      else
        faults.push({
          path: [key],
          message: `${file} is not in PEM form`,
          expected: 'a file with "-----BEGIN" lines',
        });
    } catch (error) {
      faults.push({
        path: [key],
        message: `${file} cannot be read: ${(error as Error).message}`,
        expected: 'a PEM file that this user may read',
      });
    }
  }
  const login = config.route.type === 'smart-host' ? config.route.login : undefined;
  if (login) {
    try {
      secrets.password = await readSecret(login.password, directory);
    } catch (error) {
      faults.push({
        path: ['route', 'login', 'password'],
        message: (error as Error).message,
        expected: 'a secret that can be read',
      });
    }
  }
  return { secrets, faults };
}

async function tryConnector(
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
  index: number,
  add: (path: DocumentPath, rest: Pick<Finding, 'severity' | 'message' | 'expected'>) => void,
): Promise<void> {
  try {
    await createConnector(config, environment)[Symbol.asyncDispose]();
  } catch (error) {
    add(['connectors', index], {
      severity: 'error',
      message: (error as Error).message,
      expected: 'files and secrets that belong together',
    });
  }
}
