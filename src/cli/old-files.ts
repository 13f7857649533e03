/** Files of an old relay, read with bounds: what stands in them was written by anybody. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { CommandFailure, exitCodes } from './failure.ts';

const fileBytesMax = 10_000_000;
/** A longer line of a log is cut: no line that is looked at is as long. */
const lineCharsMax = 16_384;

/** `main.cf` of a directory, or the file itself. */
export function mainFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? join(path, 'main.cf') : path;
}

/** Throws CommandFailure with exit code 2. PowerShell and others write UTF-16 with a byte order mark. */
export function readOldFile(path: string): string {
  try {
    if (statSync(path).size > fileBytesMax) throw new Error('it is larger than 10 MB');
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const words = `${path} cannot be read: ${(error as Error).message}`;
    throw new CommandFailure(exitCodes.configuration, words, { cause: error });
  }
}

/** A file that main.cf names, where it stands beside it: links out of the directory are not followed. */
export function tableBeside(main: string, named: string): string | undefined {
  const path = join(dirname(main), basename(named));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > fileBytesMax) return undefined;
  const directory = realpathSync(dirname(main));
  const isBeside = realpathSync(path).startsWith(directory.endsWith(sep) ? directory : directory + sep);
  return isBeside ? readOldFile(path) : undefined;
}

/** Lines of a log of any length, each cut at 16,384 characters. Throws CommandFailure with exit code 2. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    await using file = await open(path);
    let rest = '';
    for await (const chunk of file.createReadStream({ encoding: 'utf8', autoClose: false })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, lineCharsMax);
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    const words = `${path} cannot be read: ${(error as Error).message}`;
    throw new CommandFailure(exitCodes.configuration, words, { cause: error });
  }
}
