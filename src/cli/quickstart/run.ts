/**
 * `relay365 quickstart`: writes a configuration, starts stand-in and relay on loopback, sends the samples, says what
 * happened to each, and runs on until it is told to stop.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { systemClock } from '../../platform/clock.ts';
import { hashPassword } from '../../policy/password.ts';
import { policyDocument, relayDocument } from './documents.ts';
import { confirmOnce, trySample, type Outcome } from './outcome.ts';
import { startQuickstartRelay, type RunningRelay } from './relay.ts';
import { faultLines, nextSteps, outcomeTable, type Places } from './report.ts';
import { makeSamples } from './samples.ts';
import type { RelayAddress } from './send.ts';
import type { Settlements } from './settlements.ts';
import { stopSignal, whenAborted } from './stop-signal.ts';
import { heading, paint } from './terminal.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface QuickstartOptions {
  readonly dir?: string;
  readonly once?: boolean;
  readonly port?: number;
  readonly consolePort?: number;
  readonly inspectPort?: number;
}

/** Of the stand-in, in a directory that says what they are. */
const testValueFiles = {
  ca: './test-values/microsoft-365-ca.pem',
  clientSecret: './test-values/client-secret',
  certificate: './test-values/relay-chain.pem',
  key: './test-values/relay-key.pem',
} as const;
/** Long enough that check-config has nothing to warn of. */
const certificateMs = 90 * 86_400_000;
/** From accepted to arrived, all samples together, in milliseconds; a loaded machine needs a few seconds. */
const arrivalMsMax = 60_000;
const username = 'erp';

export async function runQuickstart(options: QuickstartOptions): Promise<void> {
  const stop = stopSignal();
  const output = process.stdout;
  await using workspace = await openWorkspace(options.dir);
  output.write(`${heading('relay365 quickstart', output)}\n  starting in ${workspace.directory} …\n`);
  const sandbox = await startSandbox({
    ...(options.inspectPort !== undefined && { inspectPort: options.inspectPort }),
  });
  try {
    const password = randomBytes(9).toString('hex');
    await writeDocuments(workspace, sandbox, { options, password });
    const relay = await startQuickstartRelay(workspace);
    try {
      const address = await addressOf(relay, workspace, password);
      const outcomes = await sendAll({ address, settlements: relay.settlements, sandbox, stop });
      output.write(`${heading('What happened', output)}\n${outcomeTable(outcomes, output)}`);
      conclude(outcomes);
      if (options.once === true) return;
      output.write(nextSteps(placesOf(relay, sandbox, workspace, password), output));
      await whenAborted(stop);
      output.write('\nstopping …\n');
      // What the samples came to is said above; a run that was ended by hand has not failed.
      process.exitCode = 0;
    } finally {
      await relay.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function writeDocuments(
  workspace: Workspace,
  sandbox: Sandbox,
  given: { readonly options: QuickstartOptions; readonly password: string },
): Promise<void> {
  const { mx, submission, identity, graph } = sandbox;
  const facts = {
    port: given.options.port ?? 0,
    consolePort: given.options.consolePort ?? 0,
    mx,
    submission,
    identity,
    graph,
    files: testValueFiles,
    passwordHash: await hashPassword(given.password),
  };
  const client = await sandbox.issueClientCertificate({
    names: ['relay.contoso.com'],
    purposes: ['client'],
    notAfter: systemClock.now() + certificateMs,
  });
  await workspace.write(testValueFiles.ca, sandbox.caPem);
  await workspace.write(testValueFiles.clientSecret, `${identity.secret}\n`);
  await workspace.write(testValueFiles.certificate, client.chainPem);
  await workspace.write(testValueFiles.key, client.keyPem);
  await workspace.write('policy.yaml', policyDocument(facts));
  await workspace.write('relay365.yaml', relayDocument(facts));
}

async function addressOf(relay: RunningRelay, workspace: Workspace, password: string): Promise<RelayAddress> {
  return {
    host: relay.host,
    port: relay.port,
    // Made by the relay at its first start, as the configuration names none.
    certificate: await readFile(join(workspace.directory, 'data', 'listener.crt'), 'utf8'),
    serverName: 'relay.contoso.com',
    login: { username, password },
  };
}

async function sendAll(given: {
  readonly address: RelayAddress;
  readonly settlements: Settlements;
  readonly sandbox: Sandbox;
  readonly stop: AbortSignal;
}): Promise<Outcome[]> {
  const { address: relay, sandbox, settlements, stop } = given;
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(arrivalMsMax)]);
  const outcomes: Outcome[] = [];
  // One after the other, so that the times are those of each message alone.
  for (const sample of await makeSamples(systemClock.now())) {
    const outcome = await trySample(sample, { relay, sandbox, deadline });
    outcomes.push(await confirmOnce(outcome, { settlements, sandbox, deadline }));
  }
  return outcomes;
}

function conclude(outcomes: readonly Outcome[]): void {
  const { stdout: output } = process;
  const good = outcomes.filter((outcome) => outcome.kind === 'identical').length;
  if (good === outcomes.length) {
    const text = `All ${good} arrived; only what is named above was added, every other octet is as it was sent.`;
    output.write(`\n  ${paint('green', text, output)}\n`);
    return;
  }
  output.write(`\n${faultLines(outcomes, output)}`);
  output.write(
    `\n  ${paint('red', `${outcomes.length - good} of ${outcomes.length} did not arrive as sent.`, output)}\n`,
  );
  process.exitCode = 1;
}

function placesOf(relay: RunningRelay, sandbox: Sandbox, workspace: Workspace, password: string): Places {
  return {
    smtp: `${relay.host}:${relay.port}`,
    consoleUrl: relay.consoleUrl,
    firstAccountUrl: relay.firstAccountUrl,
    inspectUrl: sandbox.inspectUrl,
    directory: workspace.directory,
    configFile: workspace.configFile,
    logFile: relay.logFile,
    login: { username, password },
    isThrowAway: workspace.isThrowAway,
  };
}
