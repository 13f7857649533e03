/**
 * Makes a backup of a store that works. The file gets its name only when it is whole, on stable storage and read back to
 * its end; what was not finished is removed. In it: the database, contents, the keys of the data directory, the
 * configuration and the files it names; so it is always encrypted, and the key of the vault leaves the machine only inside.
 */
import { constants, createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Instant } from '../platform/clock.ts';
import { formatInstant } from '../platform/clock.ts';
import type { Store, StoreFacts, StoreSnapshot } from '../store/store.ts';
import type { ArchiveFile } from './archive.ts';
import { archivePathOf, isArchivePath, writeArchive } from './archive.ts';
import { BackupFault } from './fault.ts';
import type { BackupSecret } from './key.ts';
import { verifyBackup } from './read.ts';
import { seal } from './seal.ts';

const readBytes = 256 * 1024;
/** Octets of a certificate, key or secret. */
const namedBytesMax = 1024 * 1024;

export interface BackupPlace {
  /** Data directory. */
  readonly data: string;
  /** Files of the configuration, absolute; those that are gone are left out. */
  readonly configuration: readonly string[];
  /** Certificates, keys and secrets that the configuration of this moment names; absolute. */
  readonly named: () => readonly string[];
  readonly hostname: string;
  readonly version: string;
}

export interface MadeBackup {
  readonly path: string;
  readonly bytes: number;
  readonly facts: StoreFacts;
  /** Files that the configuration names and that are not in it, with the reason. */
  readonly left: readonly string[];
}

/** Throws BackupFault and StoreError. */
export async function createBackup(options: {
  readonly store: Store;
  readonly place: BackupPlace;
  readonly secret: BackupSecret;
  /** The file; it must not exist. */
  readonly path: string;
  readonly at: Instant;
}): Promise<MadeBackup> {
  const { store, place, secret, path, at } = options;
  if (!store.snapshot)
    throw new BackupFault('this store keeps nothing on disk, so there is nothing to back up');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await exists(path)) throw new BackupFault(`${path} exists already`);
  const work = await mkdtemp(join(place.data, 'backup-'));
  const unfinished = `${path}.unfinished`;
  try {
    await using snapshot = await store.snapshot(work);
    const named = await namedFiles(place);
    const files = [...(await filesOf(snapshot, place)), ...named.files];
    await checkRoom(dirname(path), files);
    const manifest = {
      version: place.version,
      hostname: place.hostname,
      at: formatInstant(at),
      facts: snapshot.facts,
    };
    const bytes = await writeWhole(unfinished, seal(writeArchive(manifest, files), secret));
    await verifyBackup(unfinished, secret);
    await rename(unfinished, path);
    await syncDirectory(dirname(path));
    return { path, bytes, facts: snapshot.facts, left: named.left };
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(unfinished, { force: true });
  }
}

/** Sorts by time; two of one second are told apart by the caller. */
export function backupFileName(hostname: string, at: Instant): string {
  const time = formatInstant(at).slice(0, 19).replaceAll(/[-:]/g, '');
  return `${hostname.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(0, 60)}-${time}Z.r365`;
}

async function filesOf(snapshot: StoreSnapshot, place: BackupPlace): Promise<ArchiveFile[]> {
  const files = [await fileAt(snapshot.database, 'relay365.db')];
  for (const name of ['secrets.key', 'listener.crt', 'listener.key']) {
    const path = join(place.data, name);
    if (await exists(path)) files.push(await fileAt(path, name));
  }
  const signIns = join(place.data, 'sign-ins');
  for (const name of (await exists(signIns)) ? await readdir(signIns) : []) {
    if (isArchivePath(`sign-ins/${name}`)) files.push(await fileAt(join(signIns, name), `sign-ins/${name}`));
  }
  const names = new Set<string>();
  for (const path of place.configuration) {
    const name = basename(path);
    if (names.has(name) || !(await exists(path))) continue;
    names.add(name);
    files.push(await fileAt(path, `configuration/${name}`));
  }
  for (const { path, bytes } of snapshot.contents) {
    files.push({
      path,
      bytes,
      open: () => createReadStream(join(snapshot.root, path), { highWaterMark: readBytes }),
    });
  }
  return files;
}

/** A file that cannot be read is said, and is no reason to have no backup. */
async function namedFiles(place: BackupPlace): Promise<{ files: ArchiveFile[]; left: string[] }> {
  const files = new Map<string, ArchiveFile>();
  const left: string[] = [];
  for (const path of new Set(place.named())) {
    const name = archivePathOf(path);
    if (!isArchivePath(name) || files.has(name)) {
      left.push(`${path} (its name has no place in a backup)`);
      continue;
    }
    try {
      await access(path, constants.R_OK);
      const { size } = await stat(path);
      if (size > namedBytesMax) left.push(`${path} (${size} octets, more than ${namedBytesMax})`);
      else files.set(name, await fileAt(path, name));
    } catch (error) {
      left.push(`${path} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
    }
  }
  return { files: [...files.values()], left };
}

async function fileAt(path: string, name: string): Promise<ArchiveFile> {
  const { size } = await stat(path);
  return { path: name, bytes: size, open: () => createReadStream(path, { highWaterMark: readBytes }) };
}

async function checkRoom(directory: string, files: readonly ArchiveFile[]): Promise<void> {
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0) * 1.01;
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < needed) {
    throw new BackupFault(
      `${directory} has ${bavail * bsize} octets free and the backup needs ${Math.ceil(needed)}: make room, or set "backup.to" to another disk`,
    );
  }
}

async function writeWhole(path: string, content: AsyncIterable<Buffer>): Promise<number> {
  await using file = await open(path, 'w', 0o600);
  let bytes = 0;
  for await (const chunk of content) {
    await file.writeFile(chunk);
    bytes += chunk.length;
  }
  await file.sync();
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and writes names through by itself.
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
}
