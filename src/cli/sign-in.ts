/**
 * `relay365 connector sign-in NAME`: shows the code that a person types into a browser, waits, and keeps the sign-in in the
 * data directory. It works with the relay running or stopped: a running relay uses it at its next token.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { VaultError } from '../config/vault.ts';
import { createDns } from '../platform/dns.ts';
import { formatInstant, systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';
import { hasErrors } from '../config/finding.ts';
import { formatFinding } from '../config/load.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { DeviceSignIn } from '../connector/device-sign-in.ts';
import { openDeviceSignIn } from '../connector/device-sign-in.ts';
import { readConnectorSecrets } from '../main/policy-reader.ts';
import { SignInFiles } from '../main/sign-ins.ts';
import type { LoadedPolicy } from '../policy/load-policy.ts';
import { loadPolicy, loadPolicyText } from '../policy/load-policy.ts';
import type { ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write } from './output.ts';
import { readConfig } from './read-config.ts';

export async function signIn(name: string, options: ConfigOption): Promise<void> {
  if (options.url !== undefined) {
    await (await import('./remote-sign-in.ts')).remoteSignIn(name, options);
    return;
  }
  process.umask(0o077);
  const { node } = await readConfig(options.config);
  const config = await connectorNamed(name, node, options);
  const signIns = new SignInFiles(node);
  await using session = await open(config, node, signIns);
  const ended = new AbortController();
  const stop = (): void => ended.abort(new Error('nothing was done'));
  process.once('SIGINT', stop);
  // Timers of the clock keep no process alive, and between two questions there is nothing else.
  const alive = setInterval(() => undefined, 60_000);
  try {
    const code = await session.begin(ended.signal);
    write(`Open ${code.verificationUri} in a browser and enter the code ${code.userCode}`);
    write(`It counts until ${formatInstant(code.expiresAt)}.`);
    const result = await session.wait(code, ended.signal);
    if (result.kind === 'failed') throw new Error(result.text);
    await signIns.keep(name, result.signIn);
    const who = result.token.claims?.person;
    write(
      `${who === undefined ? 'A person' : who} signed in; connector ${name} uses it from its next token on.`,
    );
    for (const line of remarks(config, who)) write(line);
  } catch (error) {
    throw new CommandFailure(exitCodes.other, `not signed in: ${(error as Error).message}`, { cause: error });
  } finally {
    clearInterval(alive);
    process.off('SIGINT', stop);
  }
}

/** A person may send by another mailbox only with rights to it, and Microsoft tells that at the first message. */
function remarks({ route }: ConnectorConfig, who: string | undefined): string[] {
  const mailbox = 'mailbox' in route ? route.mailbox : undefined;
  if (mailbox === undefined || who === undefined || mailbox.toLowerCase() === who.toLowerCase()) return [];
  return [`The connector sends by ${mailbox}: ${who} needs the right to send as it.`];
}

async function open(
  config: ConnectorConfig,
  { hostname }: LoadedNodeConfig,
  signIns: SignInFiles,
): Promise<DeviceSignIn> {
  try {
    return openDeviceSignIn(config, {
      clock: systemClock,
      random: systemRandom(),
      dns: createDns(),
      hostname,
      signIns,
      secrets: await readConnectorSecrets(config),
    });
  } catch (error) {
    const code = error instanceof VaultError ? exitCodes.other : exitCodes.configuration;
    throw new CommandFailure(code, (error as Error).message, { cause: error });
  }
}

/** A policy in the store is asked of the relay, which alone may open the store while it runs. */
async function connectorNamed(
  name: string,
  node: LoadedNodeConfig,
  options: ConfigOption,
): Promise<ConnectorConfig> {
  const loaded =
    node.policyOrigin.kind === 'managed'
      ? await policyOfRelay(name, node, options)
      : await loadPolicy({ node, revision: 0, clock: systemClock });
  if (loaded.kind === 'faulty' || hasErrors(loaded.findings)) {
    throw new CommandFailure(exitCodes.configuration, loaded.findings.map(formatFinding).join('\n'));
  }
  const config = loaded.document.connectors.find((one) => one.name === name);
  if (config) return config;
  const names = loaded.document.connectors.map((one) => one.name).join(', ');
  throw new CommandFailure(
    exitCodes.other,
    `the policy has no connector ${name}; it has ${names === '' ? 'none' : names}`,
  );
}

/** Of what the API tells only the tenants and this connector matter; a secret that it holds back is not needed here. */
async function policyOfRelay(
  name: string,
  node: LoadedNodeConfig,
  options: ConfigOption,
): Promise<LoadedPolicy> {
  const { document } = await (await connect(options)).call('policy');
  const {
    tenant,
    tenants,
    connectors = [],
  } = document as {
    readonly tenant?: unknown;
    readonly tenants?: unknown;
    readonly connectors?: readonly Readonly<Record<string, unknown>>[];
  };
  const alone = connectors
    .filter((one) => one['name'] === name)
    .map(({ fallback: _fallback, sources: _sources, ...connector }) => connector);
  const text = stringify({
    ...(tenant === undefined ? {} : { tenant }),
    ...(tenants === undefined ? {} : { tenants }),
    connectors: alone,
  });
  const file = join(node.directory, 'policy');
  return loadPolicyText({ node, revision: 0, clock: systemClock }, { text, file, readableByAll: false });
}
