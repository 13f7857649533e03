/**
 * Opens the database of the embedded store: settings, schema, migrations.
 *
 * Fatal: data of a newer version, a damaged file, no permission. Everything here runs in the store's
 * threads, never on the event loop that speaks SMTP.
 */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { StoreError } from '../store.ts';
import { searchForm } from '../terms.ts';

export const databaseName = 'relay365.db';

/** `PRAGMA application_id`: says to `file` and to us that this database is ours ("R365"). */
const applicationId = 0x52333635;

export interface DatabaseOptions {
  readonly directory: string;
  /** Octets that the database may grow to, the log beside it not counted; more is `full`. */
  readonly databaseBytesMax: number;
}

// Measured at 50 KiB a message, 20 callers, insert and settle: 183 to 195 microseconds of CPU a message with pages of
// 4 KiB, 157 to 165 with 8, 136 to 145 with 16; at 4 KiB a message there is no difference. 16 KiB would write the
// most for a lone small message, whose commit touches some seven pages.
const pageBytes = 8192;

/**
 * Each entry takes the schema one version on; entries are never changed once released.
 *
 * A message in work stands in three tables, because they change at different rates: `messages` (wide,
 * written at acceptance and at each result), `queue` (narrow: claims and leases touch only this) and
 * `content`. What is settled keeps its row in `messages` alone, so the work tables stay small.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- Of a settled message; while it is in work, queue.version counts.
    version INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    settled_at INTEGER,
    source TEXT,
    -- Names between line feeds, each with one before and one after it.
    connectors TEXT NOT NULL,
    search TEXT NOT NULL,
    accepted TEXT NOT NULL,
    progress TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_accepted_at ON messages (accepted_at);
  CREATE TABLE queue (
    seq INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    -- Name of the source; empty for our own notices.
    source TEXT NOT NULL,
    held INTEGER NOT NULL,
    due INTEGER,
    claimable_at INTEGER,
    lease_owner TEXT,
    lease_until INTEGER
  ) STRICT;
  -- By source, so that passing over the flood of one source costs one seek and not a walk along it.
  CREATE INDEX queue_claimable ON queue (priority, source, claimable_at) WHERE claimable_at IS NOT NULL;
  CREATE TABLE content (
    seq INTEGER PRIMARY KEY,
    -- Name of the file that holds it; NULL: it is in data.
    file TEXT,
    data BLOB
  ) STRICT;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    search TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_ref ON events (ref);
  CREATE TABLE documents (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What lists of messages are filtered by, in rows so narrow that a search may read all of them. The columns
  -- "connectors" and "search" of messages are empty from here on: taking them away would write that table anew.
  CREATE TABLE search (
    seq INTEGER PRIMARY KEY,
    accepted_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- 0 relayed, 1 failed, 2 expired, 3 mixed; NULL while a recipient is not final.
    result INTEGER,
    source TEXT,
    -- Names between line feeds, each with one before and one after it.
    connectors TEXT NOT NULL,
    -- Lines in search form, a line feed before and after each; words holds all of them and more.
    client TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    words TEXT NOT NULL
  ) STRICT;
  INSERT INTO search SELECT m.seq, m.accepted_at, m.accepted ->> '$.content.bytes',
    CASE WHEN m.settled_at IS NULL THEN NULL ELSE (
      SELECT CASE WHEN count(DISTINCT r.value ->> '$.kind') > 1 THEN 3
        ELSE CASE min(r.value ->> '$.kind') WHEN 'relayed' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END END
      FROM json_each(m.progress, '$.recipients') r) END,
    m.source, m.connectors,
    coalesce(char(10) || (m.accepted ->> '$.client.address') || char(10), ''),
    char(10) || search_form(coalesce(m.accepted ->> '$.envelope.reversePath.text', '<>')) || char(10),
    (SELECT char(10) || search_form(group_concat(r.value ->> '$.address.text', char(10))) || char(10)
      FROM json_each(m.accepted, '$.envelope.recipients') r),
    char(10) || m.search || char(10) || search_form(concat_ws(char(10), m.source, m.accepted ->> '$.client.address',
      CASE WHEN m.accepted ->> '$.envelope.reversePath' IS NULL THEN '<>' END, '')) 
    FROM messages m;
  UPDATE messages SET connectors = '', search = '' WHERE settled_at IS NULL;
  CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN DELETE FROM search WHERE seq = old.seq; END;
  `,
];

/** The connection that writes. Makes or migrates the schema; throws StoreError `failed` for newer data. */
export function openForWriting(options: DatabaseOptions): DatabaseSync {
  const db = new DatabaseSync(join(options.directory, databaseName), { timeout: 5000 });
  try {
    applySettings(db, options);
    migrate(db, options.directory);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A second connection, which sees what is committed and never waits for the writer. */
export function openForReading(directory: string): DatabaseSync {
  return new DatabaseSync(join(directory, databaseName), { readOnly: true, timeout: 5000 });
}

function applySettings(db: DatabaseSync, options: DatabaseOptions): void {
  db.exec(`PRAGMA page_size = ${pageBytes}`);
  // Freed pages can go back to the file system after a backlog; without it a disk that a backlog had filled would
  // stay full when the backlog is gone. Costs some 8 % of the store's CPU a message.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  // What is deleted within a page is overwritten with zeros, which costs no write of its own. Whole free pages keep their
  // text until the sweep gives all of them back and cuts the log, which is cheaper than overwriting each at once.
  // Measured on 2 busy cores at 50 KiB a message, 20 callers, insert and settle: 225 microseconds of CPU a message with OFF,
  // 233 with FAST, 285 with ON.
  db.exec('PRAGMA secure_delete = FAST');
  db.exec('PRAGMA journal_mode = WAL');
  // FULL syncs the log at each commit: `250` stands on it. NORMAL would lose commits at a power cut.
  db.exec('PRAGMA synchronous = FULL');
  // 16 MiB of log between checkpoints: the log is written over from its start after each one, and
  // writing over space that exists is cheaper than growing a file.
  db.exec('PRAGMA wal_autocheckpoint = 2048');
  // After a burst the log is cut back to this.
  db.exec(`PRAGMA journal_size_limit = ${64 * 2 ** 20}`);
  // KiB; the pages of the work tables stay in memory.
  db.exec('PRAGMA cache_size = -16384');
  db.exec('PRAGMA temp_store = MEMORY');
  // With a memory map an I/O error would be a fatal signal instead of an error code.
  db.exec('PRAGMA mmap_size = 0');
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(options.databaseBytesMax / pageBytes))}`);
}

function migrate(db: DatabaseSync, directory: string): void {
  // Lower case beyond ASCII, which SQLite's own function does not know.
  db.function('search_form', { deterministic: true }, (text) => searchForm(String(text)));
  const version = pragma(db, 'user_version');
  const owner = pragma(db, 'application_id');
  if (owner !== 0 && owner !== applicationId) {
    throw new StoreError('failed', `${databaseName} in ${directory} belongs to another program`);
  }
  if (version > migrations.length) {
    throw new StoreError(
      'failed',
      `the data in ${directory} was written by a newer version of relay365 (data version ${version}, this program ` +
        `knows ${migrations.length}): start that version again, or restore a backup made before the upgrade`,
    );
  }
  for (let next = version; next < migrations.length; next += 1) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migrations[next] ?? '');
      db.exec(`PRAGMA user_version = ${next + 1}`);
      db.exec(`PRAGMA application_id = ${applicationId}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

export function pragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(Object.values(row ?? {})[0] ?? 0);
}
