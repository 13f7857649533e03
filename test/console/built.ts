/**
 * The console built from the sources as they are now, into a folder named by their hash: tests never see an older build,
 * and do not disturb the one that a running relay serves.
 */
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildConsole } from '../../tools/build-console.ts';
import { exists, moveWhole } from './appear.ts';

export const root = join(import.meta.dirname, '../..');
export const cache = join(root, 'node_modules/.cache/relay365');
const sources = [
  'console/**/*.{ts,tsx,css,html,svg,json}',
  'contract/**/*.ts',
  'tools/build-console.ts',
  'package-lock.json',
];

/** Builds where there is no build of these sources yet, which takes some seconds; resolves to its folder. */
export async function builtConsole(): Promise<string> {
  const directory = join(cache, `console-${await hashOfSources()}`);
  if (await exists(directory)) return directory;
  const own = `${directory}-${process.pid}`;
  await buildConsole(own);
  await moveWhole(own, directory);
  return directory;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const names: string[] = [];
  for await (const name of glob(sources, { cwd: root, exclude: (folder) => folder === 'dist' }))
    names.push(name);
  for (const name of names.toSorted()) {
    hash.update(`${name}\0`);
    hash.update(await readFile(join(root, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
