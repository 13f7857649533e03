/** Keyed records in the database: what the event loop asks, and how the two threads do it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyedRecord, RecordChange, RecordQuery, Records } from '../records.ts';
import { StoreError } from '../store.ts';
import type { ReadOperation, RecordChangeRow, RecordRow, WriteOperation, WriteResult } from './operations.ts';
import type { Answer } from './read-thread.ts';

export class SqliteRecords implements Records {
  readonly #ask: (operation: ReadOperation) => Promise<Answer>;
  readonly #write: (operation: WriteOperation) => Promise<WriteResult>;

  constructor(threads: {
    readonly ask: (operation: ReadOperation) => Promise<Answer>;
    readonly write: (operation: WriteOperation) => Promise<WriteResult>;
  }) {
    this.#ask = threads.ask;
    this.#write = threads.write;
  }

  async get(kind: string, key: string): Promise<KeyedRecord | undefined> {
    const [row] = recordRows(await this.#ask(['record', kind, key]));
    return row && record(row);
  }

  async list({ kind, order, after, limit }: RecordQuery): Promise<readonly KeyedRecord[]> {
    const answer = await this.#ask(['records', kind, order === 'descending', after ?? null, limit]);
    return recordRows(answer).map(record);
  }

  async write(changes: readonly RecordChange[]): Promise<'written' | 'conflict'> {
    const rows = changes.map(({ kind, key, ifVersion, text }): RecordChangeRow => [
      kind,
      key,
      ifVersion ?? null,
      text,
    ]);
    const result = await this.#write(['records', rows]);
    return result !== null && 'conflict' in result ? 'conflict' : 'written';
  }
}

function recordRows(answer: Answer): readonly RecordRow[] {
  if (!('records' in answer)) throw new StoreError('failed', 'unexpected answer to a question for records');
  return answer.records;
}

function record([key, version, text]: RecordRow): KeyedRecord {
  return { key, version, text };
}

/** In the writing thread. Versions are looked at before anything is written, so a conflict has nothing to undo. */
export function recordWriter(db: DatabaseSync): (changes: readonly RecordChangeRow[]) => WriteResult {
  const versionOf = db.prepare('SELECT version FROM records WHERE kind = ? AND key = ?');
  const put = db.prepare(`INSERT INTO records (kind, key, version, text) VALUES (?, ?, 1, ?)
    ON CONFLICT (kind, key) DO UPDATE SET text = excluded.text, version = version + 1`);
  const remove = db.prepare('DELETE FROM records WHERE kind = ? AND key = ?');
  const isInTheWay = ([kind, key, ifVersion]: RecordChangeRow): boolean =>
    ifVersion !== null && ifVersion !== Number(versionOf.get(kind, key)?.['version'] ?? 0);
  return (changes) => {
    if (changes.some(isInTheWay)) return { conflict: true };
    for (const [kind, key, , text] of changes) {
      if (text === null) remove.run(kind, key);
      else put.run(kind, key, text);
    }
    return null;
  };
}

/** In the reading thread. */
export function readRecords(
  statement: (text: string) => StatementSync,
  operation: Extract<ReadOperation, readonly ['record' | 'records', ...unknown[]]>,
): readonly RecordRow[] {
  const columns = 'SELECT key, version, text FROM records WHERE kind = ?';
  if (operation[0] === 'record') {
    return statement(`${columns} AND key = ?`).all(operation[1], operation[2]).map(rowOf);
  }
  const [, kind, isDescending, after, limit] = operation;
  const order = `ORDER BY key ${isDescending ? 'DESC' : 'ASC'} LIMIT ?`;
  if (after === null) return statement(`${columns} ${order}`).all(kind, limit).map(rowOf);
  return statement(`${columns} AND key ${isDescending ? '<' : '>'} ? ${order}`)
    .all(kind, after, limit)
    .map(rowOf);
}

function rowOf(row: Readonly<Record<string, unknown>>): RecordRow {
  return [String(row['key']), Number(row['version']), String(row['text'])];
}
