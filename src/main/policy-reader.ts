/**
 * Makes a loaded policy ready for use: reads the files and secrets that its connectors name, and tries each connector
 * with them, so that what is put in force cannot fail on them at its first message.
 */
import { readFile } from 'node:fs/promises';
import type { Finding } from '../config/finding.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { CredentialConfig } from '../config/route-schema.ts';
import { readSecret } from '../config/secrets.ts';
import type { ConnectorEnvironment, ConnectorSecrets, CredentialSecrets } from '../connector/create.ts';
import { createConnector } from '../connector/create.ts';
import type { LoadedPolicy } from '../policy/load-policy.ts';
import type { Policy } from '../policy/policy.ts';

export interface ReadPolicy {
  /** Without its number yet: it gets one when it is kept. */
  readonly policy: Policy;
  /** Dangers and warnings. */
  readonly findings: readonly Finding[];
  /** By connector name. */
  readonly secrets: ReadonlyMap<string, ConnectorSecrets>;
}

export type PolicyReading =
  | { readonly kind: 'ok'; readonly value: ReadPolicy }
  | { readonly kind: 'faulty'; readonly findings: readonly Finding[] };

/** `file`: name for findings. `environment`: what connectors are tried with; none of them does I/O here. */
export async function readPolicy(
  loaded: LoadedPolicy,
  file: string,
  environment: Omit<ConnectorEnvironment, 'secrets'>,
): Promise<PolicyReading> {
  if (loaded.kind === 'faulty') return loaded;
  const faults: Finding[] = [];
  const secrets = new Map<string, ConnectorSecrets>();
  for (const [index, config] of loaded.document.connectors.entries()) {
    try {
      const read = await readConnectorSecrets(config);
      await createConnector(config, { ...environment, secrets: read })[Symbol.asyncDispose]();
      secrets.set(config.name, read);
    } catch (error) {
      faults.push({
        severity: 'error',
        file,
        line: 1,
        column: 1,
        path: `connectors[${index}]`,
        message: `${config.name}: ${(error as Error).message}`,
        expected: 'files and secrets that can be read and belong together',
      });
    }
  }
  if (faults.length > 0) return { kind: 'faulty', findings: [...loaded.findings, ...faults] };
  return { kind: 'ok', value: { policy: loaded.policy, findings: loaded.findings, secrets } };
}

/** Paths are absolute by now. */
export async function readConnectorSecrets({
  ca,
  certificate,
  key,
  route,
  proxyLogin,
}: ConnectorConfig): Promise<ConnectorSecrets> {
  const pair =
    route.type === 'exchange-online' && route.certificate !== undefined ? route : { certificate, key };
  const login = route.type === 'smart-host' ? route.login : undefined;
  return {
    ...(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') }),
    ...(await readPair(pair)),
    ...(login ? { password: await readSecret(login.password, '/') } : {}),
    ...(proxyLogin ? { proxyPassword: await readSecret(proxyLogin.password, '/') } : {}),
    ...('credential' in route ? { credential: await readCredential(route.credential) } : {}),
  };
}

async function readCredential(credential: CredentialConfig): Promise<CredentialSecrets> {
  if (credential.type === 'password') return { password: await readSecret(credential.password, '/') };
  const { secret } = credential;
  return {
    ...(secret === undefined ? {} : { secret: await readSecret(secret, '/') }),
    ...(await readPair(credential)),
  };
}

async function readPair({
  certificate,
  key,
}: {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}): Promise<{ readonly certificate?: string; readonly key?: string }> {
  return {
    ...(certificate === undefined ? {} : { certificate: await readFile(certificate, 'utf8') }),
    ...(key === undefined ? {} : { key: await readFile(key, 'utf8') }),
  };
}
