/** Reads backups: to check every part, to restore into an empty directory, and to rehearse that. */
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Inspected } from '../store/sqlite/inspect.ts';
import { inspectStore } from '../store/sqlite/snapshot.ts';
import type { StoreFacts } from '../store/store.ts';
import type { ArchivePart, Manifest } from './archive.ts';
import { openArchive, readArchive } from './archive.ts';
import { BackupFault } from './fault.ts';
import type { BackupSecret } from './key.ts';
import { unseal } from './seal.ts';
import { countOf } from '../platform/words.ts';

const readBytes = 256 * 1024;

export interface ReadBackup {
  readonly manifest: Manifest;
  readonly files: number;
  readonly bytes: number;
}

/** Reads it to its end. Throws BackupFault with the reason why it cannot be used. */
export async function verifyBackup(path: string, secret: BackupSecret): Promise<ReadBackup> {
  const { manifest, rest } = await openBackup(path, secret);
  let files = 0;
  let bytes = 0;
  for await (const part of rest) {
    if (part.kind === 'file') files += 1;
    else bytes += part.data.length;
  }
  const expected = manifest.facts.contents;
  if (files < expected + 1)
    throw new BackupFault(
      `the backup has ${countOf(files, 'file')}, and ${countOf(expected, 'content')} ${expected === 1 ? 'is' : 'are'} said to be in it`,
    );
  return { manifest, files, bytes };
}

export interface RestoredBackup extends ReadBackup {
  readonly facts: StoreFacts;
}

/**
 * Writes everything into a directory that is empty or absent, opens the store there and compares it with the manifest.
 * What was in work is marked as in doubt: it may have been sent after the backup was made. Throws BackupFault; then the
 * directory is as empty as it was.
 */
export async function restoreBackup(
  path: string,
  secret: BackupSecret,
  into: string,
): Promise<RestoredBackup> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const there = await readdir(into);
  if (there.length > 0) {
    throw new BackupFault(
      `${into} is not empty (${there.slice(0, 3).join(', ')}): restore into an empty directory`,
    );
  }
  try {
    const { manifest, rest } = await openBackup(path, secret);
    const { files, bytes } = await writeFiles(rest, into);
    const { facts } = await inspectStore({ directory: into, contentsIn: into });
    compare(manifest, facts);
    const marked = await markInDoubt(into);
    return { manifest, files, bytes, facts: marked.facts };
  } catch (error) {
    for (const name of await readdir(into)) await rm(join(into, name), { recursive: true, force: true });
    throw error instanceof BackupFault ? error : asFault(error);
  }
}

/** Restores into a temporary directory below `within`, compares, and deletes it again. Throws BackupFault. */
export async function rehearseBackup(
  path: string,
  secret: BackupSecret,
  within: string,
): Promise<RestoredBackup> {
  const directory = await mkdtemp(join(within, 'rehearsal-'));
  try {
    return await restoreBackup(path, secret, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function markInDoubt(directory: string): Promise<Inspected> {
  return inspectStore({ directory, contentsIn: directory, markInDoubt: true });
}

async function openBackup(path: string, secret: BackupSecret) {
  const file = createReadStream(path, { highWaterMark: readBytes });
  try {
    return await openArchive(readArchive(unseal(file, secret)));
  } catch (error) {
    file.destroy();
    throw error instanceof BackupFault ? error : asFault(error);
  }
}

async function writeFiles(parts: AsyncIterable<ArchivePart>, into: string) {
  let files = 0;
  let bytes = 0;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  const finish = async (): Promise<void> => {
    await file?.sync();
    await file?.close();
    file = undefined;
  };
  try {
    for await (const part of parts) {
      if (part.kind === 'file') {
        await finish();
        const target = join(into, part.path);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        // Never over what is there: a path that comes twice is a fault.
        file = await open(target, 'wx', 0o600);
        files += 1;
      } else {
        await file?.writeFile(part.data);
        bytes += part.data.length;
      }
    }
    await finish();
  } finally {
    await file?.close();
  }
  return { files, bytes };
}

/** Everything that the manifest says must be there, message by message by its digest. */
function compare({ facts: expected }: Manifest, found: StoreFacts): void {
  const names = [
    'messages',
    'inWork',
    'held',
    'events',
    'documents',
    'records',
    'contents',
    'contentBytes',
    'digest',
  ] as const;
  for (const name of names) {
    if (expected[name] !== found[name]) {
      throw new BackupFault(
        `restored, the store has ${name} ${found[name]}, and the manifest says ${expected[name]}`,
      );
    }
  }
  if (found.faults.length > expected.faults.length) {
    throw new BackupFault(`restored, the store does not fit together: ${found.faults.join('; ')}`);
  }
}

function asFault(error: unknown): BackupFault {
  const { code, message } = error as NodeJS.ErrnoException;
  const words = code === 'ENOENT' ? 'there is no such file' : message;
  return new BackupFault(`the backup cannot be used: ${words}`, { cause: error });
}
