/**
 * One relay a data directory. The lock is the operating system's, taken by SQLite on a small database of
 * its own, so it ends with the process however that ends, and no stale file can keep a relay from starting.
 */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { StoreError } from '../store.ts';
import { failureOf, isBusy, storeError } from './failure.ts';

/** Throws StoreError `failed` when another process, or another store of this one, works in the directory. */
export function lockDirectory(directory: string): Disposable {
  const db = new DatabaseSync(join(directory, 'relay365.lock'), { timeout: 0 });
  try {
    // Held open for ever: nothing is written, so there is no journal, only the lock.
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw storeError(failureOf(error, directory), error);
    throw new StoreError(
      'failed',
      `the data directory ${directory} is in use by another relay365: stop that one first, or give this one ` +
        'a directory of its own ("data" in relay365.yaml)',
      { cause: error },
    );
  }
  return {
    [Symbol.dispose]() {
      db.close();
    },
  };
}
