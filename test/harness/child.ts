/** The relay as its users run it: `bin/relay365` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { watchedEnvironment } from './witness-file.ts';

export const repository = join(import.meta.dirname, '../..');
const command = join(repository, 'bin/relay365');

export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

export interface RelayProcess extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Port of the first listener, from the `ready` line. */
  readonly port: number;
  readonly consoleUrl: string;
  /** The first log line of this event that fits, also one written before. */
  event(name: string, fits?: (line: LogLine) => boolean): Promise<LogLine>;
  /** Exit code, or the signal's name. */
  readonly exit: Promise<number | string>;
}

/** Starts `relay365 start` and waits for its `ready` line; rejects with its output when it ends before. */
export async function startProcess(
  configFile: string,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RelayProcess> {
  const child = spawn(command, ['start', '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: watchedEnvironment({ ...process.env, ...options.env }),
  });
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
  });
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const event = (name: string, fits: (line: LogLine) => boolean = () => true): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((line) => line.event === name && fits(line));
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void exit.then((code) => {
        look();
        reject(new Error(`ended with ${code} before "${name}": ${errors}${JSON.stringify(lines.slice(-5))}`));
      });
    });
  const ready = (await event('ready')) as LogLine & {
    readonly listeners: readonly { readonly port: number }[];
    readonly console?: string;
  };
  return {
    process: child,
    pid: child.pid ?? 0,
    lines,
    port: ready.listeners[0]?.port ?? 0,
    consoleUrl: ready.console ?? '',
    event,
    exit,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exit;
    },
  };
}

export interface CommandResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export async function runCommand(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string;
    readonly file?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<CommandResult> {
  const child = spawn(options.file ?? command, [...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: watchedEnvironment({ ...process.env, ...options.env }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that ends without reading closes its input first.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? signal ?? '', stdout, stderr };
}
