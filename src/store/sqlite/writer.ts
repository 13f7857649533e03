/**
 * Performs one batch in one transaction: what it costs to make it stable is paid once for all.
 *
 * An operation that breaks a rule (an id that exists) or meets a conflict fails alone. Any other error, and a
 * COMMIT that fails, undoes the batch and fails all of it: none of its callers may be told that it is kept.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { pragma } from './database.ts';
import { isConstraintFailure } from './failure.ts';
import type {
  ClaimedRow,
  EventRow,
  InsertRow,
  MessageRow,
  StateRow,
  WriteOperation,
  WriteResult,
} from './operations.ts';

export interface Writer {
  /** Throws when the batch as a whole failed; then nothing of it is kept. */
  perform(operations: readonly WriteOperation[], contents: Uint8Array): WriteResult[];
}

const sql = {
  insertMessage: `INSERT INTO messages
    (seq, id, version, accepted_at, settled_at, source, connectors, search, accepted, progress)
    VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  insertQueue: `INSERT INTO queue
    (seq, version, priority, source, held, due, claimable_at, lease_owner, lease_until)
    VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  insertContent: 'INSERT INTO content (seq, file, data) VALUES (?, ?, ?)',
  seqOf: 'SELECT seq FROM messages WHERE id = ?',
  changeQueue: `UPDATE queue SET version = version + 1, held = ?, due = ?, claimable_at = ?, lease_owner = ?,
    lease_until = ? WHERE seq = ? AND version = ?`,
  leaveQueue: 'DELETE FROM queue WHERE seq = ? AND version = ?',
  changeMessage:
    'UPDATE messages SET progress = ?, connectors = ?, settled_at = ?, version = ? WHERE seq = ?',
  changeSettled: `UPDATE messages SET progress = ?, connectors = ?, settled_at = ?, version = version + 1
    WHERE seq = ? AND version = ? AND settled_at IS NOT NULL`,
  fileOf: 'SELECT file FROM content WHERE seq = ?',
  dropContent: 'DELETE FROM content WHERE seq = ?',
  claimable: `SELECT seq, claimable_at FROM queue WHERE priority = ? AND source = ? AND claimable_at <= ?
    ORDER BY claimable_at, seq LIMIT ?`,
  firstSource: 'SELECT min(source) AS source FROM queue WHERE priority = ? AND claimable_at IS NOT NULL',
  nextSource: `SELECT min(source) AS source FROM queue
    WHERE priority = ? AND source > ? AND claimable_at IS NOT NULL`,
  lease: `UPDATE queue SET version = version + 1, lease_owner = ?, lease_until = ?, claimable_at = max(due, ?)
    WHERE seq = ?`,
  message: `SELECT q.version, m.accepted, m.progress, q.lease_owner, q.lease_until, c.seq IS NOT NULL AS has_content,
    c.file FROM queue q JOIN messages m USING (seq) LEFT JOIN content c USING (seq) WHERE q.seq = ?`,
  // Owners are paths: '0' is the character after '/', so the range holds everything below the owner.
  renew: `UPDATE queue SET lease_until = ?1, claimable_at = max(due, ?1)
    WHERE lease_owner = ?2 OR (lease_owner > ?2 || '/' AND lease_owner < ?2 || '0')`,
  release: `UPDATE queue SET lease_owner = NULL, lease_until = NULL, claimable_at = due
    WHERE lease_owner = ?1 OR (lease_owner > ?1 || '/' AND lease_owner < ?1 || '0')`,
  // Such a lease stands in nobody's way, as one that ran out long ago.
  lapse: `UPDATE queue SET lease_until = 0, claimable_at = due
    WHERE lease_owner = ?1 OR (lease_owner > ?1 || '/' AND lease_owner < ?1 || '0')`,
  nextDue: `SELECT min(claimable_at) AS due FROM queue
    WHERE priority = ? AND source = ? AND claimable_at IS NOT NULL`,
  putDocument: `INSERT INTO documents (name, text) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
  insertEvent: 'INSERT INTO events (ref, at, kind, search, event) VALUES (?, ?, ?, ?, ?)',
  boundEvents: 'DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - ?',
  sweepMessages: `DELETE FROM messages WHERE seq IN (SELECT seq FROM messages
    WHERE accepted_at < ?1 AND settled_at < ?1 ORDER BY accepted_at LIMIT ?2)`,
  sweepEvents: 'DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE at < ? ORDER BY seq LIMIT ?)',
  isNamed: 'SELECT 1 FROM content WHERE file = ?',
  lastSeq: 'SELECT coalesce(max(seq), 0) AS seq FROM messages',
} as const;

type Statements = Readonly<Record<keyof typeof sql, StatementSync>>;

export function createWriter(db: DatabaseSync, options: { readonly eventsMax: number }): Writer {
  const statements = Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]),
  ) as unknown as Statements;
  return new TransactionWriter(db, statements, options.eventsMax);
}

/** Reads the contents of a batch in the order of its rows. */
class ContentReader {
  readonly #contents: Uint8Array;
  #offset = 0;

  constructor(contents: Uint8Array) {
    this.#contents = contents;
  }

  next(bytes: number): Uint8Array {
    const from = this.#offset;
    this.#offset += bytes;
    return this.#contents.subarray(from, this.#offset);
  }

  /** Passes over what an operation that failed did not take. */
  skipTo(offset: number): void {
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }
}

class TransactionWriter implements Writer {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #eventsMax: number;
  #lastSeq: number;

  constructor(db: DatabaseSync, statements: Statements, eventsMax: number) {
    this.#db = db;
    this.#sql = statements;
    this.#eventsMax = eventsMax;
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
      return results;
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
          claimed: this.#claim(operation[1], operation[2], operation[3], operation[4], operation[5]),
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
        return { due: this.#nextDue(operation[1]) };
      case 'put-document':
        this.#sql.putDocument.run(operation[1], operation[2]);
        return null;
      case 'events':
        this.#recordEvents(operation[1]);
        return null;
      case 'sweep-messages':
        return { count: Number(this.#sql.sweepMessages.run(operation[1], operation[2]).changes) };
      case 'sweep-events':
        return { count: Number(this.#sql.sweepEvents.run(operation[1], operation[2]).changes) };
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
    const [progress, connectors, settledAt, held, due, claimableAt, leaseOwner, leaseUntil] = state;
    const seq = this.#lastSeq + 1;
    this.#sql.insertMessage.run(
      seq,
      id,
      acceptedAt,
      settledAt,
      source,
      connectors,
      search,
      accepted,
      progress,
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
    const [progress, connectors, settledAt, held, due, claimableAt, leaseOwner, leaseUntil] = state;
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
      this.#sql.changeMessage.run(progress, connectors, null, version + 1, seq);
    } else if (this.#sql.leaveQueue.run(seq, version).changes > 0) {
      this.#sql.changeMessage.run(progress, connectors, settledAt, version + 1, seq);
      file = (this.#sql.fileOf.get(seq)?.['file'] ?? null) as string | null;
      this.#sql.dropContent.run(seq);
    } else if (this.#sql.changeSettled.run(progress, connectors, settledAt, seq, version).changes === 0) {
      return { conflict: true };
    }
    for (const add of adds) this.#insert(add, reader);
    return { version: version + 1, file };
  }

  #claim(
    now: number,
    owner: string,
    until: number,
    limit: number,
    skipSources: readonly string[],
  ): ClaimedRow[] {
    const claimed: ClaimedRow[] = [];
    for (let priority = 0; priority <= 2 && claimed.length < limit; priority += 1) {
      for (const seq of this.#claimable(priority, now, limit - claimed.length, skipSources)) {
        const row = this.#sql.message.get(seq);
        if (row === undefined) continue;
        this.#sql.lease.run(owner, until, until, seq);
        const [version, accepted, progress, lapsedOwner, lapsedUntil, hasContent, file] = messageRow(row);
        const leased: MessageRow = [version + 1, accepted, progress, owner, until, hasContent, file];
        claimed.push([leased, lapsedOwner, lapsedUntil]);
      }
    }
    return claimed;
  }

  /** The longest claimable of all sources together: some of each, merged. */
  #claimable(priority: number, now: number, limit: number, skipSources: readonly string[]): number[] {
    const found: { readonly seq: number; readonly at: number }[] = [];
    for (const source of this.#sources(priority, skipSources)) {
      for (const row of this.#sql.claimable.all(priority, source, now, limit)) {
        found.push({ seq: Number(row['seq']), at: Number(row['claimable_at']) });
      }
    }
    found.sort((a, b) => a.at - b.at || a.seq - b.seq);
    return found.slice(0, limit).map((row) => row.seq);
  }

  #nextDue(skipSources: readonly string[]): number | null {
    let next: number | null = null;
    for (let priority = 0; priority <= 2; priority += 1) {
      for (const source of this.#sources(priority, skipSources)) {
        const due = this.#sql.nextDue.get(priority, source)?.['due'];
        if (typeof due === 'number' && (next === null || due < next)) next = due;
      }
    }
    return next;
  }

  /** Sources that have work of this priority; one seek of the index each. */
  #sources(priority: number, skipSources: readonly string[]): string[] {
    const sources: string[] = [];
    let source = this.#sql.firstSource.get(priority)?.['source'];
    while (typeof source === 'string') {
      if (!skipSources.includes(source)) sources.push(source);
      source = this.#sql.nextSource.get(priority, source)?.['source'];
    }
    return sources;
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

/** The columns that `message` above and the reader's statements name alike. */
export function messageRow(row: Readonly<Record<string, unknown>>): MessageRow {
  return [
    row['version'],
    row['accepted'],
    row['progress'],
    row['lease_owner'],
    row['lease_until'],
    row['has_content'],
    row['file'],
  ] as unknown as MessageRow;
}
