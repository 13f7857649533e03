/**
 * `npm run bench`: drives the relay over loopback with the project's own load generator into its own sink, and where
 * Postfix is installed that as well, in turns. docs/benchmark.md tells how to read it.
 */
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { runOneConnection } from './one-connection/run.ts';
import { parseOptions, usage, type BenchOptions } from './options.ts';
import { caseDocument, caseLines, type CaseResult } from './report.ts';
import { runCase } from './run-case.ts';
import { measureSearch } from './search.ts';
import { measureStart, startLine } from './start.ts';
import { postfixMissing, startPostfixTarget } from './targets/postfix.ts';
import { startRelayTarget } from './targets/relay.ts';
import type { Target, TargetPlace } from './targets/target.ts';

const searchRows = 1_000_000;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(usage);
    return;
  }
  const options = readOptions();
  if (options === undefined) return;
  // Postfix outlives its parent and the terminal: an interrupted benchmark must take everything down as well.
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(text);
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'relay365-bench-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const results: CaseResult[] = [];
  say(`${await describeMachine(directory)}\n`);
  if (options.search) {
    await runSearch(directory, options.json, say);
    return;
  }
  if (options.console) {
    await runConsole(options.json, say);
    return;
  }
  if (options.start) {
    const start = await measureStart(join(directory, 'start'), options.runs);
    say(startLine(start));
    if (options.json) process.stdout.write(`${JSON.stringify(start, undefined, 2)}\n`);
    return;
  }
  const sink = startChild(new URL('sink/process.ts', import.meta.url));
  stack.defer(() => sink.stop());
  const load = startChild(new URL('load/process.ts', import.meta.url));
  stack.defer(() => load.stop());
  const sinkPort = (await sink.ask({ kind: 'port' }, AbortSignal.timeout(10_000))) as number;
  const equipment = { load, sink, pipelining: options.pipelining, stop: interrupted.signal, options };
  const endAt = performance.now() + options.budgetSeconds * 1000;
  const targets =
    options.cases.length === 0 ? [] : await startTargets({ directory, sinkPort }, { options, stack, say });
  for (const [index, one] of options.cases.entries()) {
    if (performance.now() > endAt) {
      say(`\nThe time is over: ${options.cases.length - index} cases are left out (--budget).\n`);
      break;
    }
    const result = await runCase(one, targets, equipment);
    if (interrupted.signal.aborted) break;
    results.push(result);
    say(caseLines(result));
  }
  if (options.routes && !interrupted.signal.aborted && performance.now() < endAt) {
    const given = { directory, sinkPort, say, options, equipment };
    for await (const result of runOneConnection(given)) {
      results.push(result);
      say(caseLines(result));
    }
  }
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (options.json) process.stdout.write(`${JSON.stringify(results.map(caseDocument), undefined, 2)}\n`);
  if (interrupted.signal.aborted) process.exitCode = 1;
  if (results.some(({ targets: measured }) => [...measured.values()].some((one) => 'failed' in one))) {
    process.exitCode = 1;
  }
}

async function runSearch(directory: string, isJson: boolean, say: (text: string) => void): Promise<void> {
  const result = await measureSearch(join(directory, 'search'), searchRows, say);
  const { rows, fillSeconds, bytesOnDisk, rssMiB } = result;
  const size = Math.round(bytesOnDisk / 2 ** 20);
  say(`${rows} messages kept in ${fillSeconds.toFixed(0)} s, ${size} MiB on disk, ${rssMiB} MiB of memory\n`);
  if (isJson) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

async function runConsole(isJson: boolean, say: (text: string) => void): Promise<void> {
  // Not needed for anything else, and an installation without development dependencies has no browser.
  const { measureConsole } = await import('./console.ts');
  const times = await measureConsole(searchRows, say);
  if (isJson) process.stdout.write(`${JSON.stringify(times, undefined, 2)}\n`);
  if (times.some(({ ms, msMax = Infinity }) => ms > msMax)) process.exitCode = 1;
}

/** Says what is wrong with the command line and sets the exit code, where something is. */
function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function startTargets(
  place: TargetPlace,
  given: { options: BenchOptions; stack: AsyncDisposableStack; say: (text: string) => void },
): Promise<Target[]> {
  const { options, stack, say } = given;
  const keep = (target: Target): Target => {
    stack.defer(() => target.stop());
    return target;
  };
  const targets = [keep(await startRelayTarget({ ...place, directory: join(place.directory, 'relay365') }))];
  const missing = options.postfix ? postfixMissing() : 'not asked for';
  if (missing === undefined) {
    // Its daemons are another user's processes and must pass through the directory.
    await chmod(place.directory, 0o755);
    targets.push(keep(await startPostfixTarget({ ...place, directory: join(place.directory, 'postfix') })));
  } else {
    say(`without Postfix: ${missing}\n`);
  }
  return targets;
}

async function describeMachine(directory: string): Promise<string> {
  const { type } = await statfs(directory);
  const [cpu] = cpus();
  const warning = type === 0x01021994 ? ' (in memory: NOT stable storage, use --dir)' : '';
  return (
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, Node.js ${process.version}, ` +
    `${fileSystemName(type)}${warning}, load generator and sink included in the machine's load`
  );
}

/** statfs(2) magic numbers of common file systems. */
function fileSystemName(type: number): string {
  const names = new Map([
    [0xef53, 'ext4'],
    [0x58465342, 'xfs'],
    [0x9123683e, 'btrfs'],
    [0x01021994, 'tmpfs'],
    [0x794c7630, 'overlayfs'],
    [0x2fc12fc1, 'zfs'],
  ]);
  return names.get(type) ?? `file system 0x${type.toString(16)}`;
}

await main();
