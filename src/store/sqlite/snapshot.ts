/**
 * A copy of the database as of one moment, while it is written to. An open reading transaction fixes the moment, so that
 * writes meanwhile do not begin the copy anew (https://www.sqlite.org/backup.html); libuv's pool copies, so the event loop
 * goes on. What the copy holds is counted in a thread of its own.
 */
import { backup, DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StoreFacts } from '../store.ts';
import { StoreError } from '../store.ts';
import { databaseName } from './database.ts';
import type { Inspected, InspectOptions } from './inspect.ts';

/** Pages of one step: 8 MiB. */
const pagesAStep = 1024;

export interface CopiedStore {
  readonly database: string;
  readonly facts: StoreFacts;
  readonly contents: readonly { readonly path: string; readonly bytes: number }[];
}

export async function copyStore(from: string, into: string): Promise<CopiedStore> {
  const database = join(into, databaseName);
  const source = new DatabaseSync(join(from, databaseName), { readOnly: true, timeout: 5000 });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM documents').get();
    await backup(source, database, { rate: pagesAStep });
  } finally {
    source.close();
  }
  const { facts, contents } = await inspectStore({ directory: into, contentsIn: from });
  return { database, facts, contents };
}

/** Reads all of a store that nobody works on. Rejects with StoreError `damaged` where SQLite finds it so. */
export async function inspectStore(options: InspectOptions): Promise<Inspected> {
  const worker = new Worker(new URL('./inspect.ts', import.meta.url), { workerData: options });
  const { promise, resolve, reject } = Promise.withResolvers<Inspected>();
  worker.on('message', resolve);
  worker.on('error', (cause: Error) =>
    reject(new StoreError('damaged', `the copy of the store cannot be read: ${cause.message}`, { cause })),
  );
  worker.on('exit', () =>
    reject(new StoreError('failed', 'the thread that reads the copy ended unexpectedly')),
  );
  return promise;
}
