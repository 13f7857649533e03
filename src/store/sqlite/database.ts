/**
 * Opens the database of the embedded store: settings, schema, migrations.
 *
 * Fatal: data of a newer version, a damaged file, no permission. Everything here runs in the store's
 * threads, never on the event loop that speaks SMTP.
 */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { StoreError } from '../store.ts';

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
