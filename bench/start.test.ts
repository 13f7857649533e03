import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { measureStart, startLine } from './start.ts';

test('a start is measured from the command to ready, and the memory of the idle relay', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-start-'));
  try {
    const start = await measureStart(directory, 1);
    expect(start.readyMs).toBeGreaterThan(10);
    expect(start.cpuMs).toBeGreaterThan(10);
    // Less than Node.js alone, or what is not resident, would be measured wrongly.
    expect(start.privateBytes).toBeGreaterThan(20 * 2 ** 20);
    expect(start.residentBytes).toBeGreaterThanOrEqual(start.privateBytes);
  } finally {
    await rm(directory, { recursive: true });
  }
}, 60_000);

test('--only start measures the start and nothing else', () => {
  const { start, cases, routes } = parseOptions(['--only', 'start']);
  expect({ start, cases, routes }).toEqual({ start: true, cases: [], routes: false });
  expect(parseOptions([]).start).toBe(false);
});

test('the line has milliseconds and MiB', () => {
  const line = startLine({ readyMs: 801.4, cpuMs: 910, residentBytes: 200 * 2 ** 20, privateBytes: 2 ** 27 });
  expect(line).toBe(
    '801 ms to ready, 910 ms of processor time; idle: 200 MiB resident, 128 MiB of it private\n',
  );
});
