/** A thread that reads a whole store, counts it, and looks whether every message has its content; ends by itself. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { StoreFacts } from '../store.ts';
import { databaseName, pragma } from './database.ts';

export interface InspectOptions {
  /** Of the database. */
  readonly directory: string;
  /** Of the contents beside it. */
  readonly contentsIn: string;
  /**
   * Marks whatever is in work as taken from somebody who did not give it back: it may have been sent after the copy was
   * made, so each delivery of it is one in doubt (RFC 1047).
   */
  readonly markInDoubt?: boolean;
}

export interface Inspected {
  readonly facts: StoreFacts;
  readonly contents: readonly { readonly path: string; readonly bytes: number }[];
}

const faultsMax = 20;

export function inspect({ directory, contentsIn, markInDoubt = false }: InspectOptions): Inspected {
  using db = new DatabaseSync(join(directory, databaseName), { readOnly: !markInDoubt, timeout: 5000 });
  const faults: string[] = [];
  const fault = (text: string): void => {
    if (faults.length < faultsMax) faults.push(text);
  };
  const check = Object.values(db.prepare('PRAGMA quick_check(5)').get() ?? {})[0];
  if (check !== 'ok') fault(`SQLite says: ${String(check)}`);
  if (markInDoubt) {
    db.exec(
      `UPDATE queue SET lease_owner = 'restored', lease_until = 0 WHERE claimable_at IS NOT NULL OR due IS NOT NULL`,
    );
    db.exec('UPDATE queue SET claimable_at = due');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
  const contents: { path: string; bytes: number }[] = [];
  const hash = createHash('sha256');
  const rows = db.prepare(
    `SELECT m.id, coalesce(q.version, m.version) AS version, q.seq IS NOT NULL AS in_work, c.seq IS NOT NULL AS has_content,
      c.file, length(c.data) AS bytes, m.accepted ->> '$.content.bytes' AS expected
      FROM messages m LEFT JOIN queue q USING (seq) LEFT JOIN content c USING (seq) ORDER BY m.seq`,
  );
  for (const row of rows.iterate()) {
    const id = String(row['id']);
    const expected = Number(row['expected']);
    const path = row['file'] === null ? undefined : `content/${String(row['file'])}`;
    const bytes = path === undefined ? row['bytes'] : fileBytes(join(contentsIn, path));
    if (row['in_work'] === 1 && row['has_content'] === 0)
      fault(`message ${id} is in work and has no content`);
    if (row['has_content'] === 1 && bytes !== expected) {
      fault(`the content of message ${id} has ${String(bytes ?? 'no')} octets in place of ${expected}`);
    }
    if (path !== undefined) contents.push({ path, bytes: Number(bytes ?? 0) });
    hash.update(`${id} ${String(row['version'])} ${row['has_content'] === 1 ? expected : '-'}\n`);
  }
  const count = (text: string): number => Number(Object.values(db.prepare(text).get() ?? {})[0]);
  return {
    facts: {
      dataVersion: pragma(db, 'user_version'),
      messages: count('SELECT count(*) FROM messages'),
      inWork: count('SELECT count(*) FROM queue'),
      held: count('SELECT coalesce(sum(held), 0) FROM queue'),
      events: count('SELECT count(*) FROM events'),
      documents: count('SELECT count(*) FROM documents'),
      records: count('SELECT count(*) FROM records'),
      contents: contents.length,
      contentBytes: contents.reduce((sum, { bytes }) => sum + bytes, 0),
      digest: hash.digest('hex'),
      faults,
    },
    contents,
  };
}

function fileBytes(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

if (parentPort !== null) parentPort.postMessage(inspect(workerData as InspectOptions));
