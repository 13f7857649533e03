/**
 * Performs one batch in one transaction: what it costs to make it stable is paid once for all.
 *
 * An operation that breaks a rule (an id that exists) or meets a conflict fails alone. Any other error, and a
 * COMMIT that fails, undoes the batch and fails all of it: none of its callers may be told that it is kept.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Claims } from './claims.ts';
import { ContentReader } from './content-reader.ts';
import { pragma } from './database.ts';
import { isConstraintFailure } from './failure.ts';
import type {
  EventRow,
  InsertRow,
  StateRow,
  ThreadOptions,
  WriteOperation,
  WriteResult,
} from './operations.ts';
import { recordWriter } from './records.ts';
import type { Statements } from './statements.ts';
import { prepareStatements } from './statements.ts';

export interface Writer {
  /** Throws when the batch as a whole failed; then nothing of it is kept. */
  perform(operations: readonly WriteOperation[], contents: Uint8Array): WriteResult[];
}

export function createWriter(
  db: DatabaseSync,
  options: Pick<ThreadOptions, 'eventsMax' | 'keepsContent'>,
): Writer {
  return new TransactionWriter(db, prepareStatements(db), options);
}

class TransactionWriter implements Writer {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #claims: Claims;
  readonly #writeRecords: ReturnType<typeof recordWriter>;
  readonly #eventsMax: number;
  readonly #keepsContent: boolean;
  #lastSeq: number;

  constructor(
    db: DatabaseSync,
    statements: Statements,
    { eventsMax, keepsContent }: Pick<ThreadOptions, 'eventsMax' | 'keepsContent'>,
  ) {
    this.#db = db;
    this.#sql = statements;
    this.#claims = new Claims(statements);
    this.#writeRecords = recordWriter(db);
    this.#eventsMax = eventsMax;
    this.#keepsContent = keepsContent;
    this.#lastSeq = Number(statements.lastSeq.get()?.['seq'] ?? 0);
  }

  perform(operations: readonly WriteOperation[], contents: Uint8Array): WriteResult[] {
    const reader = new ContentReader(contents);
    if (operations.every(([kind]) => kind === 'next-due' || kind === 'unnamed')) {
      return operations.map((operation) => this.#performOne(operation, reader));
    }
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const results = operations.map((operation) => this.#performApart(operation, reader));
      this.#db.exec('COMMIT');
      // The file is cut when the log is moved into it.
      if (operations.some(([kind]) => kind === 'shrink')) this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
      // Nor can a checkpoint be part of a transaction.
      return results.map((result, index) => (operations[index]?.[0] === 'cut-log' ? this.#cutLog() : result));
    } catch (error) {
      // Some errors have undone the transaction already (https://www.sqlite.org/lang_transaction.html).
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** A broken rule of the schema fails the operation alone. */
  #performApart(operation: WriteOperation, reader: ContentReader): WriteResult {
    const end = reader.offset + contentBytesOf(operation);
    // One statement is undone by itself; only a change with notices can fail half-way.
    const needsSavepoint = operation[0] === 'change' && operation[4].length > 0;
    if (needsSavepoint) this.#db.exec('SAVEPOINT one');
    try {
      const result = this.#performOne(operation, reader);
      if (needsSavepoint) this.#db.exec('RELEASE one');
      return result;
    } catch (error) {
      if (!isConstraintFailure(error)) throw error;
      if (needsSavepoint) this.#db.exec('ROLLBACK TO one; RELEASE one');
      return { refused: `a message of this id is kept already (${String(error)})` };
    } finally {
      reader.skipTo(end);
    }
  }

  #performOne(operation: WriteOperation, reader: ContentReader): WriteResult {
    switch (operation[0]) {
      case 'insert':
        this.#insert(operation[1], reader);
        return null;
      case 'change':
        return this.#change(operation[1], operation[2], operation[3], operation[4], reader);
      case 'claim':
        return {
          claimed: this.#claims.claim(operation[1], operation[2], operation[3], operation[4], operation[5]),
        };
      case 'renew':
        this.#sql.renew.run(operation[2], operation[1]);
        return null;
      case 'release':
        this.#sql.release.run(operation[1]);
        return null;
      case 'lapse':
        this.#sql.lapse.run(operation[1]);
        return null;
      case 'next-due':
        return { due: this.#claims.nextDue(operation[1]) };
      case 'put-document':
        this.#sql.putDocument.run(operation[1], operation[2]);
        return null;
      case 'records':
        return this.#writeRecords(operation[1]);
      case 'events':
        this.#recordEvents(operation[1]);
        return null;
      case 'sweep-messages':
        return { count: Number(this.#sql.sweepMessages.run(operation[1], operation[2]).changes) };
      case 'sweep-events':
        return { count: Number(this.#sql.sweepEvents.run(operation[1], operation[2]).changes) };
      case 'sweep-contents':
        return { names: this.#sweepContents(operation[1], operation[2]) };
      case 'cut-log':
        return { count: 0 };
      case 'unnamed':
        return { names: operation[1].filter((file) => this.#sql.isNamed.get(file) === undefined) };
      case 'shrink':
        this.#db.exec(`PRAGMA incremental_vacuum(${Math.trunc(operation[1])})`);
        return { count: pragma(this.#db, 'freelist_count') };
      case 'probe':
        this.#sql.putDocument.run('store/probe', String(this.#lastSeq));
        return null;
    }
  }

  // The row whose rule can break comes first, so that a broken rule leaves nothing behind.
  #insert(row: InsertRow, reader: ContentReader): void {
    const [id, acceptedAt, source, priority, search, accepted, state, file, contentBytes] = row;
    const [progress, connectors, settledAt, result, held, due, claimableAt, leaseOwner, leaseUntil] = state;
    const [bytes, client, sender, recipients, words] = search;
    const seq = this.#lastSeq + 1;
    this.#sql.insertMessage.run(seq, id, acceptedAt, settledAt, source, accepted, progress);
    this.#sql.insertSearch.run(
      seq,
      acceptedAt,
      bytes,
      result,
      source,
      connectors,
      client,
      sender,
      recipients,
      words,
    );
    this.#lastSeq = seq;
    if (settledAt !== null) return;
    this.#sql.insertQueue.run(seq, priority, source ?? '', held, due, claimableAt, leaseOwner, leaseUntil);
    this.#sql.insertContent.run(seq, file, file === null ? reader.next(contentBytes) : null);
  }

  #change(
    id: string,
    version: number,
    state: StateRow,
    adds: readonly InsertRow[],
    reader: ContentReader,
  ): WriteResult {
    const seq = this.#sql.seqOf.get(id)?.['seq'];
    if (seq === undefined) return { conflict: true };
    const [progress, connectors, settledAt, result, held, due, claimableAt, leaseOwner, leaseUntil] = state;
    let file: string | null = null;
    if (settledAt === null) {
      const { changes } = this.#sql.changeQueue.run(
        held,
        due,
        claimableAt,
        leaseOwner,
        leaseUntil,
        seq,
        version,
      );
      if (changes === 0) return { conflict: true };
      this.#sql.changeMessage.run(progress, null, version + 1, seq);
    } else if (this.#sql.leaveQueue.run(seq, version).changes > 0) {
      this.#sql.changeMessage.run(progress, settledAt, version + 1, seq);
      if (!this.#keepsContent) file = this.#dropContent(seq);
    } else if (this.#sql.changeSettled.run(progress, settledAt, seq, version).changes === 0) {
      return { conflict: true };
    }
    this.#sql.changeSearch.run(result, connectors, seq);
    for (const add of adds) this.#insert(add, reader);
    return { version: version + 1, file };
  }

  #dropContent(seq: SQLOutputValue): string | null {
    const file = (this.#sql.fileOf.get(seq)?.['file'] ?? null) as string | null;
    this.#sql.dropContent.run(seq);
    return file;
  }

  #sweepContents(before: number, limit: number): string[] {
    const rows = this.#sql.settledContents.all(before, limit);
    for (const row of rows) this.#sql.dropContent.run(row['seq'] ?? null);
    return rows.map((row) => (row['file'] === null ? '' : String(row['file'])));
  }

  /** Waits for no reader: what is in the way is gone by the next sweep. */
  #cutLog(): WriteResult {
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      const row = this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      return { count: Number(row?.['busy'] ?? 0) };
    } finally {
      this.#db.exec('PRAGMA busy_timeout = 5000');
    }
  }

  #recordEvents(rows: readonly EventRow[]): void {
    for (const row of rows) this.#sql.insertEvent.run(...row);
    this.#sql.boundEvents.run(this.#eventsMax);
  }
}

function contentBytesOf(operation: WriteOperation): number {
  if (operation[0] === 'insert') return operation[1][8];
  if (operation[0] === 'change') return operation[4].reduce((sum, add) => sum + add[8], 0);
  return 0;
}
