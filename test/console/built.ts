/**
 * The console built from the sources as they are now, into a folder named by their hash: tests never see an older build,
 * and do not disturb the one that a running relay serves.
 */
import { createHash } from 'node:crypto';
import { access, glob, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildConsole } from '../../tools/build-console.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/relay365');
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
  try {
    await rename(own, directory);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    // Somebody else built the same at the same time, and was first.
    if (!(await exists(directory))) throw error;
  }
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
