/** The statements of the writing thread, prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MessageRow } from './operations.ts';

const sql = {
  insertMessage: `INSERT INTO messages
    (seq, id, version, accepted_at, settled_at, source, connectors, search, accepted, progress)
    VALUES (?, ?, 1, ?, ?, ?, '', '', ?, ?)`,
  insertSearch: `INSERT INTO search
    (seq, accepted_at, bytes, result, source, connectors, client, sender, recipients, words)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  changeSearch: 'UPDATE search SET result = ?, connectors = ? WHERE seq = ?',
  insertQueue: `INSERT INTO queue
    (seq, version, priority, source, held, due, claimable_at, lease_owner, lease_until)
    VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  insertContent: 'INSERT INTO content (seq, file, data) VALUES (?, ?, ?)',
  seqOf: 'SELECT seq FROM messages WHERE id = ?',
  changeQueue: `UPDATE queue SET version = version + 1, held = ?, due = ?, claimable_at = ?, lease_owner = ?,
    lease_until = ? WHERE seq = ? AND version = ?`,
  leaveQueue: 'DELETE FROM queue WHERE seq = ? AND version = ?',
  changeMessage: 'UPDATE messages SET progress = ?, settled_at = ?, version = ? WHERE seq = ?',
  changeSettled: `UPDATE messages SET progress = ?, settled_at = ?, version = version + 1
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
  settledContents: `SELECT c.seq, c.file FROM content c JOIN messages m USING (seq)
    WHERE m.settled_at < ? LIMIT ?`,
  isNamed: 'SELECT 1 FROM content WHERE file = ?',
  lastSeq: 'SELECT coalesce(max(seq), 0) AS seq FROM messages',
} as const;

export type Statements = Readonly<Record<keyof typeof sql, StatementSync>>;

export function prepareStatements(db: DatabaseSync): Statements {
  return Object.fromEntries(
    Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]),
  ) as unknown as Statements;
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
