/** Runs the stand-in until it is told to stop. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox/sandbox.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { stopSignal, whenAborted } from '../quickstart/stop-signal.ts';
import { heading, list, type Output } from '../quickstart/terminal.ts';
import {
  checkSandboxOptions,
  readSandboxConfig,
  type SandboxConfig,
  type SandboxConfigRead,
} from './config.ts';

export interface SandboxCommandOptions {
  readonly config?: string;
  readonly port?: number;
  readonly inspectPort?: number;
  readonly dir?: string;
}

export async function runSandbox(options: SandboxCommandOptions): Promise<void> {
  const stop = stopSignal();
  const config = await gatherConfig(options);
  // Clients need the authority as a file; a directory that nobody asked for goes again at the end.
  const throwAway =
    config.directory === undefined ? await mkdtemp(join(tmpdir(), 'relay365-sandbox-')) : undefined;
  try {
    const directory = config.directory ?? throwAway;
    const sandbox = await started({ ...config, ...(directory !== undefined && { directory }) });
    process.stdout.write(describe(sandbox, process.stdout));
    await whenAborted(stop);
    await sandbox.stop();
  } finally {
    if (throwAway !== undefined) await rm(throwAway, { recursive: true, force: true });
  }
}

/** What the command line says comes before what the file says. */
async function gatherConfig({
  config,
  port,
  inspectPort,
  dir,
}: SandboxCommandOptions): Promise<SandboxConfig> {
  const file: SandboxConfigRead =
    config === undefined ? { ok: true, config: {} } : await readSandboxConfig(config);
  const given = checkSandboxOptions({
    ...(port !== undefined && { port }),
    ...(inspectPort !== undefined && { inspectPort }),
    ...(dir !== undefined && { directory: resolve(dir) }),
  });
  if (file.ok && given.ok) return { ...file.config, ...given.config };
  const faults = [file, given].flatMap((read) => (read.ok ? [] : read.faults));
  throw new CommandFailure(exitCodes.configuration, faults.join('\n'));
}

async function started({ messages, memory, ...config }: SandboxConfig): Promise<Sandbox> {
  const all = { ...config, messagesMax: messages, bytesMax: memory };
  const options: SandboxOptions = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  );
  try {
    return await startSandbox(options);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new CommandFailure(exitCodes.other, `The stand-in cannot start: ${why}`, { cause });
  }
}

function describe(sandbox: Sandbox, output: Output): string {
  const { mx, submission, hve, acs, identity, graph } = sandbox;
  const [tenant] = sandbox.tenants;
  const place = ({ host, port, name }: typeof mx): string => `${host}:${port} (${name})`;
  return [
    `${heading('Microsoft 365 stand-in', output)}\n`,
    list(
      [
        ['MX', place(mx)],
        ['submission', place(submission)],
        ['High Volume Email', place(hve)],
        ['Communication Services', place(acs)],
        ['token endpoint', `${identity.url}/${tenant?.id ?? ''}/oauth2/v2.0/token`],
        ['managed identity', identity.imdsUrl],
        ['Graph', `${graph.url}/v1.0`],
        ['authority to verify them', sandbox.caFile ?? ''],
        ['what arrived', `${sandbox.inspectUrl}/mailboxes, ${sandbox.inspectUrl}/messages`],
        ['switches', `${sandbox.inspectUrl}/switches`],
        ['failures on demand', 'tempfail@, 5-7-64@, busy@, slow-30s@, drop-after-dot@ … (any domain)'],
      ],
      output,
    ),
    '\nIt delivers nothing to anybody. Ctrl-C ends it.\n',
  ].join('');
}
