/** Sorts what SQLite and the file system throw into the kinds of StoreError. */
import { statfsSync } from 'node:fs';
import { StoreError } from '../store.ts';

/** A StoreError in a form that crosses between threads. */
export interface Failure {
  readonly kind: StoreError['kind'];
  readonly message: string;
}

// https://www.sqlite.org/rescode.html: the low octet is the primary result code.
const primary = { busy: 5, ioError: 10, corrupt: 11, full: 13, constraint: 19, notADatabase: 26 } as const;
const ioErrorShmSize = 4874;
// Less than this is no room: SQLite grows files by pages, the file system by blocks.
const roomBytesMin = 64 * 1024;

interface PlatformError extends Error {
  readonly code?: string;
  readonly errcode?: number;
}

/** One row broke a rule of the schema (an id that exists); its transaction is not harmed. */
export function isConstraintFailure(error: unknown): boolean {
  return resultCode(error) === primary.constraint;
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === primary.busy;
}

export function failureOf(error: unknown, directory: string): Failure {
  const { message, code, errcode } = error as PlatformError;
  const result = resultCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || result === primary.full || errcode === ioErrorShmSize) {
    return { kind: 'full', message: `no room left in ${directory}: ${message}` };
  }
  if (result === primary.corrupt || result === primary.notADatabase) {
    return {
      kind: 'damaged',
      message:
        `the database in ${directory} is damaged (${message}): stop the relay, keep a copy of the directory, then ` +
        'restore it from a backup, or recover what is left with "sqlite3 relay365.db .recover" into a new file',
    };
  }
  // SQLite reports a quota that is used up as a plain write error; the file system knows better.
  if (result === primary.ioError && !hasRoom(directory)) {
    return { kind: 'full', message: `no room left in ${directory}: ${message}` };
  }
  return { kind: 'failed', message: `the store in ${directory} failed: ${message}` };
}

export function storeError(failure: Failure, cause?: unknown): StoreError {
  return new StoreError(failure.kind, failure.message, cause === undefined ? undefined : { cause });
}

function resultCode(error: unknown): number | undefined {
  const errcode = (error as PlatformError | undefined)?.errcode;
  return errcode === undefined ? undefined : errcode & 0xff;
}

function hasRoom(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= roomBytesMin;
  } catch {
    // Not even that works: it is not for want of room that the write failed.
    return true;
  }
}
