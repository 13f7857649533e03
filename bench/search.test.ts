import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { measureSearch, searchLine } from './search.ts';

test('the searches find what their names say', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-search-'));
  try {
    const { rows, times } = await measureSearch(join(directory, 'data'), 2_000, () => undefined);
    expect(rows).toBe(2_000);
    const found = new Map(times.map((time) => [time.name, time.found]));
    expect(found.get('a term that fits everything')).toBe(50);
    expect(found.get('one subject among all')).toBe(1);
    expect(found.get('the reference of the newest')).toBe(1);
    for (const { name, found: count } of times) if (name.includes('nothing')) expect(count, name).toBe(0);
    expect(searchLine({ name: 'x', ms: 1, found: 3, isCut: true })).toContain('3 found, not to the end');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('--only search measures the search and nothing else', () => {
  const { search, cases, routes } = parseOptions(['--only', 'search']);
  expect({ search, cases, routes }).toEqual({ search: true, cases: [], routes: false });
  expect(parseOptions([]).search).toBe(false);
});

test('--only console measures the console and nothing else', () => {
  const { console: isConsole, search, cases, routes } = parseOptions(['--only', 'console']);
  expect({ isConsole, search, cases, routes }).toEqual({
    isConsole: true,
    search: false,
    cases: [],
    routes: false,
  });
});
