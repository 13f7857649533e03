/**
 * The store's promise at the end of the process, however it comes: what was told as kept is there once and whole,
 * what was not told is there whole or not at all, and nothing else is left behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idFactory, seededRandom, systemRandom } from '../../src/platform/random.ts';
import { contentOf } from '../../src/store/conformance/samples.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store, StoredMessage } from '../../src/store/store.ts';
import { isWhole } from './content.ts';

const childPath = resolve(import.meta.dirname, 'store-child.ts');
const killAtPath = resolve(import.meta.dirname, 'kill-at.ts');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay365-crash-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

interface Told {
  readonly begun: Set<string>;
  readonly kept: Set<string>;
  readonly settling: Map<string, string>;
  readonly settled: Map<string, string>;
}

interface Run {
  readonly callers: number;
  readonly most?: number;
  /** Kill after this many lines. */
  readonly lines?: number;
  readonly killAt?: string;
}

/** Runs the child until it is dead and returns what it told. */
async function runChild(run: Run): Promise<{ readonly told: Told; readonly signal: string | null }> {
  const child = spawn(
    process.execPath,
    [
      ...(run.killAt === undefined ? [] : ['--import', killAtPath]),
      childPath,
      directory,
      String(run.callers),
      String(run.most ?? 0),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, KILL_AT: run.killAt ?? '' } },
  );
  const exited = once(child, 'exit');
  const told: Told = { begun: new Set(), kept: new Set(), settling: new Map(), settled: new Map() };
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, id = '', notice = ''] = line.split(' ');
    if (word === 'begun') told.begun.add(id);
    if (word === 'kept') told.kept.add(id);
    if (word === 'settling') told.settling.set(id, notice);
    if (word === 'settled') told.settled.set(id, notice);
    lines += 1;
    if (lines === run.lines) child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  return { told, signal };
}

async function everything(store: Store): Promise<StoredMessage[]> {
  const all: StoredMessage[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

async function audit(told: Told): Promise<void> {
  const store = await openSqliteStore({ directory });
  try {
    const all = await everything(store);
    const byId = new Map(all.map((item) => [item.accepted.id as string, item]));
    expect(byId.size).toBe(all.length);
    for (const id of told.kept) expect(byId.has(id), `${id} was told as kept`).toBe(true);
    const notices = new Set(told.settling.values());
    for (const [id, item] of byId) {
      expect(told.begun.has(id) || notices.has(id), `${id} comes from nowhere`).toBe(true);
      if (notices.has(id)) continue;
      const notice = told.settling.get(id);
      const isSettled = item.progress.recipients[0]?.kind === 'relayed';
      // The result and its notice are one: both or neither.
      expect(isSettled).toBe(notice !== undefined && byId.has(notice));
      if (told.settled.has(id)) expect(isSettled).toBe(true);
      if (isSettled) expect(item.contentRef).toBeUndefined();
      else expect(isWhole(id, await contentOf(store, id)), `${id} is whole`).toBe(true);
    }
    const named = all.flatMap(({ contentRef }) => (contentRef?.kind === 'file' ? [contentRef.name] : []));
    const files = readdirSync(join(directory, 'content'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.includes('/')).sort()).toEqual(named.sort());
    // The store goes on working on what is there.
    expect((await store.stats()).active + (await store.stats()).settled).toBe(all.length);
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

describe('killed at a random moment', () => {
  // The seed is in the name of a failing test, so that the run can be looked at again.
  const seed = Number.parseInt(idFactory(systemRandom())(0).slice(-4), 36);
  const random = seededRandom(seed);
  test.each(Array.from({ length: 8 }, () => Math.ceil(random.fraction() * 400)))(
    `after %i lines (seed ${seed})`,
    async (lines) => {
      const { told, signal } = await runChild({ callers: 8, lines });
      expect(signal).toBe('SIGKILL');
      await audit(told);
    },
  );

  test('and again, and again, on the same data', async () => {
    const all: Told = { begun: new Set(), kept: new Set(), settling: new Map(), settled: new Map() };
    for (const lines of [60, 150, 90]) {
      const { told } = await runChild({ callers: 4, lines });
      for (const name of ['begun', 'kept'] as const) for (const id of told[name]) all[name].add(id);
      for (const name of ['settling', 'settled'] as const) {
        for (const [id, notice] of told[name]) all[name].set(id, notice);
      }
      await audit(all);
    }
  });
});

test('two processes never work in one directory; the lock ends with its process', async () => {
  const child = spawn(process.execPath, [childPath, directory, '1', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  await expect(openSqliteStore({ directory })).rejects.toThrow('in use by another relay365');
  child.kill('SIGKILL');
  await exited;
  await (await openSqliteStore({ directory }))[Symbol.asyncDispose]();
});

describe('killed at a chosen point', () => {
  test.each([
    'before:BEGIN IMMEDIATE:3',
    'after:BEGIN IMMEDIATE:4',
    'before:COMMIT:2',
    'before:COMMIT:5',
    'after:COMMIT:2',
    'after:COMMIT:6',
    'after:SAVEPOINT one:1',
    'before:RELEASE one:2',
    'before:writev:1',
    'after:writev:2',
    'before:datasync:1',
    'after:datasync:1',
    'before:sync:3',
    'after:sync:4',
    'before:rm:1',
    'after:rm:1',
  ])('%s', async (killAt) => {
    const { told, signal } = await runChild({ callers: 3, most: 60, killAt });
    expect(signal, 'the point was reached').toBe('SIGKILL');
    await audit(told);
  });
});

const hasStrace = spawnSync('strace', ['-V']).status === 0;

// D1, for a cut of power instead of the end of a process: what is stable is what was synced, in this order.
describe('order of system calls', () => {
  test.skipIf(!hasStrace)('file, its folder, the log, and only then the answer (needs strace)', async () => {
    const trace = join(directory, 'trace.txt');
    const data = join(directory, 'data');
    // The fourth message is the first that goes into a file; one caller, so that nothing runs in between.
    const { status } = spawnSync(
      'strace',
      [
        '-f',
        '-y',
        '-e',
        'trace=fdatasync,fsync,write',
        '-o',
        trace,
        process.execPath,
        childPath,
        data,
        '1',
        '4',
      ],
      { stdio: 'ignore' },
    );
    expect(status).toBe(0);
    const calls = steps(await readFile(trace, 'utf8'));
    const answers = calls.filter(({ call }) => call === 'kept');
    expect(answers.map(({ path }) => path)).toHaveLength(4);
    for (const { path: id, at } of answers) {
      const begun = calls.find(({ call, path }) => call === 'begun' && path === id)?.at ?? Infinity;
      const before = calls.filter((step) => step.at > begun && step.at < at);
      const log = before.findLastIndex(({ path }) => path.endsWith('relay365.db-wal'));
      expect(log, 'the log is synced before the answer').toBeGreaterThanOrEqual(0);
      const file = before.findIndex(({ path }) => path.endsWith(`/${id}`));
      if (file < 0) continue;
      const folder = before.findIndex(({ path }, index) => index > file && path.endsWith(`/${id.slice(-2)}`));
      expect(folder, 'the folder is synced after the file').toBeGreaterThan(file);
      expect(log, 'the log is synced after the folder').toBeGreaterThan(folder);
    }
    expect(calls.some(({ path, call }) => call === 'fdatasync' && path.includes('/content/'))).toBe(true);
  });
});

interface Step {
  readonly at: number;
  readonly call: string;
  readonly path: string;
}

/** Syncs with the path they concern, and lines of the child, by the moment at which they were done. */
function steps(trace: string): Step[] {
  const found: Step[] = [];
  const unfinished = new Map<string, Step>();
  for (const [at, line] of trace.split('\n').entries()) {
    const said = /write\(1<[^>]*>, "(begun|kept) ([0-9A-Z]+)/.exec(line);
    if (said) found.push({ at, call: said[1] ?? '', path: said[2] ?? '' });
    const [, thread = ''] = /^(\d+)/.exec(line) ?? [];
    const sync = /(fdatasync|fsync)\(\d+<([^>]*)>/.exec(line);
    if (sync) {
      const step = { at, call: sync[1] ?? '', path: sync[2] ?? '' };
      if (line.includes('<unfinished')) unfinished.set(thread, step);
      else found.push(step);
    }
    const begun = /<\.\.\. (?:fdatasync|fsync) resumed>/.test(line) ? unfinished.get(thread) : undefined;
    // Done when it returns, not when it is called.
    if (begun) found.push({ ...begun, at });
  }
  return found.sort((a, b) => a.at - b.at);
}
