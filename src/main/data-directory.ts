/** The data directory holds mail and keys: it is ours alone, and it must be writable before anything is accepted. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { persistenceAt } from '../platform/file-system.ts';
import { StartFailure } from './failure.ts';

/** Makes the directory (mode 0700) where it is missing, and proves that a file can be written. */
export async function prepareDataDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const probe = join(directory, `.probe-${process.pid}`);
    await writeFile(probe, 'relay365', { mode: 0o600, flush: true });
    await rm(probe);
  } catch (error) {
    throw new StartFailure(
      'environment',
      `the data directory ${directory} cannot be used: ${explain(error)}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Why mail in this directory would not outlive the machine or the container, in words; `undefined` where it does. It is
 * said at every start and not refused: a test may want a directory in memory.
 */
export async function dangerOfPlace(directory: string): Promise<string | undefined> {
  switch (await persistenceAt(directory)) {
    case 'memory':
      return `the data directory ${directory} lies in memory (tmpfs): accepted mail is lost when the machine stops; set "data" to a directory on a disk`;
    case 'container-layer':
      return `the data directory ${directory} lies in the container itself: accepted mail is lost with the container; mount a volume there`;
    case 'lasting':
      return undefined;
  }
}

const reasons = new Map([
  ['EACCES', 'this user may not write there; change its owner, or "data" in the configuration'],
  ['EPERM', 'this user may not write there; change its owner, or "data" in the configuration'],
  ['ENOTDIR', 'a part of the path is a file; remove it, or change "data" in the configuration'],
  ['EEXIST', 'a part of the path is a file; remove it, or change "data" in the configuration'],
  ['EROFS', 'the file system is read-only; change "data" in the configuration'],
  ['ENOSPC', 'there is no space left; make room first'],
  ['EDQUOT', 'there is no space left; make room first'],
]);

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons.get(code ?? '') ?? message;
}
