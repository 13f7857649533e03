/**
 * What is in a backup: a manifest, then files one after the other, each with a line of its path and length before it, and
 * an empty path at the end. Paths are held to a form, so that no backup writes anywhere but into its directory.
 */
import { BackupFault } from './fault.ts';
import type { StoreFacts } from '../store/store.ts';

export interface Manifest {
  readonly version: string;
  readonly hostname: string;
  readonly at: string;
  readonly facts: StoreFacts;
}

export interface ArchiveFile {
  readonly path: string;
  readonly bytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export type ArchivePart =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'data'; readonly data: Buffer };

export const manifestPath = 'manifest.json';
const manifestBytesMax = 64 * 1024;
const lineBytesMax = 512;
const safePath =
  /^(?:manifest\.json|relay365\.db|secrets\.key|listener\.(?:crt|key)|sign-ins\/[A-Za-z0-9._-]{1,100}|content\/[0-9A-Za-z_-]{2}\/[0-9A-Za-z_-]{2,64}|configuration\/[A-Za-z0-9][A-Za-z0-9._-]{0,100}|configuration\/files(?:\/[A-Za-z0-9._-]{1,100}){1,20})$/;

/** Place of a file that the configuration names: its whole path, with what a path of a backup may not have replaced. */
export function archivePathOf(path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  const safe = parts.map((part) => part.replaceAll(/[^A-Za-z0-9._-]/g, '_').replaceAll('..', '__'));
  return `configuration/files/${safe.join('/')}`;
}

export function isArchivePath(path: string): boolean {
  return safePath.test(path) && !path.includes('..');
}

export async function* writeArchive(
  manifest: Manifest,
  files: AsyncIterable<ArchiveFile> | Iterable<ArchiveFile>,
): AsyncIterable<Uint8Array> {
  const text = Buffer.from(JSON.stringify(manifest));
  yield line(manifestPath, text.length);
  yield text;
  for await (const { path, bytes, open } of files) {
    yield line(path, bytes);
    let written = 0;
    for await (const chunk of open()) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== bytes)
      throw new BackupFault(`${path} has ${written} octets and had ${bytes} before: it changed`);
  }
  yield line('', 0);
}

/** Throws BackupFault where it is not as `writeArchive` writes it. */
export async function* readArchive(archive: AsyncIterable<Buffer>): AsyncIterable<ArchivePart> {
  let waiting: Buffer = Buffer.alloc(0);
  let left = 0;
  let isOver = false;
  for await (const chunk of archive) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length > 0) {
      if (isOver) throw new BackupFault('something follows the last file of the backup');
      if (left > 0) {
        const data = waiting.subarray(0, left);
        left -= data.length;
        waiting = waiting.subarray(data.length);
        yield { kind: 'data', data };
        continue;
      }
      const end = waiting.indexOf(0x0a);
      if (end < 0) {
        if (waiting.length > lineBytesMax) throw new BackupFault('a file of the backup has no name');
        break;
      }
      const head = readLine(waiting.subarray(0, end));
      waiting = waiting.subarray(end + 1);
      if (head === undefined) isOver = true;
      else {
        left = head.bytes;
        yield { kind: 'file', ...head };
      }
    }
  }
  if (!isOver || left > 0) throw new BackupFault('the backup ends before its last file does');
}

/** Takes the manifest, which comes first, and gives it with the rest. */
export async function openArchive(
  parts: AsyncIterable<ArchivePart>,
): Promise<{ readonly manifest: Manifest; readonly rest: AsyncIterable<ArchivePart> }> {
  const source = parts[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true || first.value.kind !== 'file' || first.value.path !== manifestPath) {
    throw new BackupFault('the backup does not begin with its manifest');
  }
  const { bytes } = first.value;
  if (bytes > manifestBytesMax) throw new BackupFault('the manifest of the backup is too large');
  let text = Buffer.alloc(0);
  while (text.length < bytes) {
    const next = await source.next();
    if (next.done === true || next.value.kind !== 'data')
      throw new BackupFault('the manifest of the backup is cut off');
    text = Buffer.concat([text, next.value.data]);
  }
  return {
    manifest: JSON.parse(text.toString('utf8')) as Manifest,
    rest: { [Symbol.asyncIterator]: () => source },
  };
}

function line(path: string, bytes: number): Buffer {
  if (path !== '' && !isArchivePath(path)) throw new BackupFault(`${path} is no file of a backup`);
  return Buffer.from(`${JSON.stringify({ path, bytes })}\n`);
}

function readLine(text: Buffer): { readonly path: string; readonly bytes: number } | undefined {
  let value: { readonly path?: unknown; readonly bytes?: unknown };
  try {
    value = JSON.parse(text.toString('utf8')) as typeof value;
  } catch (cause) {
    throw new BackupFault('the name of a file of the backup cannot be read', { cause });
  }
  const { path, bytes } = value;
  if (path === '') return undefined;
  if (typeof path !== 'string' || !isArchivePath(path)) {
    throw new BackupFault(`${JSON.stringify(path)} is no file of a backup`);
  }
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
    throw new BackupFault(`the length of ${path} cannot be read`);
  }
  return { path, bytes };
}
