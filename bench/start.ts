/** What a start of the relay costs: from the command to the event `ready`, and what it holds in memory when nothing is asked of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds } from './processes.ts';

const command = resolve(import.meta.dirname, '../bin/relay365');
/** Of no processor time: then the relay is idle. */
const quietMs = 1_000;
const waitMs = 60_000;

export interface Start {
  /** From the command to the event `ready`, in milliseconds. */
  readonly readyMs: number;
  /** User and system time of all threads until `ready`, in milliseconds; the kernel counts in steps of 10. */
  readonly cpuMs: number;
  /** Resident when idle, in octets: all of it, and without what is mapped from files and other processes share. */
  readonly residentBytes: number;
  readonly privateBytes: number;
}

/**
 * Medians of so many starts on the same data directory, with a listener with STARTTLS, console and SQLite; the first, which
 * makes keys, database and compile cache, does not count.
 */
export async function measureStart(directory: string, runs: number): Promise<Start> {
  await mkdir(directory, { recursive: true });
  const config = join(directory, 'relay365.yaml');
  await writeFile(config, configuration);
  await startOnce(config);
  const starts: Start[] = [];
  for (let run = 0; run < runs; run += 1) starts.push(await startOnce(config));
  const median = (field: keyof Start): number =>
    starts.map((start) => start[field]).toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
  return {
    readyMs: median('readyMs'),
    cpuMs: median('cpuMs'),
    residentBytes: median('residentBytes'),
    privateBytes: median('privateBytes'),
  };
}

export function startLine({ readyMs, cpuMs, residentBytes, privateBytes }: Start): string {
  const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  return (
    `${Math.round(readyMs)} ms to ready, ${Math.round(cpuMs)} ms of processor time; ` +
    `idle: ${mib(residentBytes)} resident, ${mib(privateBytes)} of it private\n`
  );
}

async function startOnce(config: string): Promise<Start> {
  const begin = performance.now();
  const child = spawn(command, ['start', '--config', config, '--log-format', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  try {
    const ready = untilReady(createInterface({ input: child.stdout }));
    const stopped = ended.then(([code]) =>
      Promise.reject(new Error(`relay365 ended with ${code} before ready`)),
    );
    await Promise.race([ready, stopped]);
    const readyMs = performance.now() - begin;
    const cpuMs = (await cpuSeconds(pid)) * 1000;
    await untilQuiet(pid);
    return { readyMs, cpuMs, ...(await residentOf(pid)) };
  } finally {
    child.kill();
    await ended;
  }
}

/** Goes on reading afterwards, so that the relay can write its log. */
async function untilReady(lines: AsyncIterable<string> & NodeJS.EventEmitter): Promise<void> {
  await new Promise<void>((found) => {
    lines.on('line', (line: string) => {
      if (line.includes('"event":"ready"')) found();
    });
  });
}

async function untilQuiet(pid: number): Promise<void> {
  const end = performance.now() + waitMs;
  let used = await cpuSeconds(pid);
  for (;;) {
    await pause(quietMs);
    const now = await cpuSeconds(pid);
    if (now === used) return;
    if (performance.now() > end) throw new Error(`the relay was not idle within ${waitMs} ms of its start`);
    used = now;
  }
}

/** proc_pid_smaps(5). */
async function residentOf(pid: number): Promise<Pick<Start, 'residentBytes' | 'privateBytes'>> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return { residentBytes: of('Rss'), privateBytes: of('Private_Clean') + of('Private_Dirty') };
}

const configuration = `hostname: relay.bench.example
data: ./data
listeners:
  - { name: devices, address: 127.0.0.1, port: 0, tls: starttls }
console: { address: 127.0.0.1, port: 0 }
`;
