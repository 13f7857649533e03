/**
 * The embedded store: one SQLite database in the data directory, and large contents in files beside it.
 *
 * Two threads work on it: one writes, in batches (group-commit.ts), one answers questions. The event loop
 * only packs and unpacks. Fatal at open: the directory is in use, the data are of a newer version, the database is
 * damaged. Later failures reject the calls they concern; the store goes on, and works again when the disk does.
 * Limits: 100,000 events, 8 MiB and 1000 operations a commit, `databaseBytesMax`.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import type { DiskGuard } from '../../platform/disk.ts';
import { watchDisk } from '../../platform/disk.ts';
import type { Lease, QueueId } from '../../message/message.ts';
import type {
  ChangeResult,
  ClaimedMessage,
  ContentRef,
  ContentSink,
  EventQuery,
  EventRecord,
  MessageChange,
  MessageQuery,
  NewMessage,
  Page,
  Store,
  StoreHealth,
  StoreSnapshot,
  StoreStats,
  StoredMessage,
} from '../store.ts';
import type { Records } from '../records.ts';
import type { QueueGrouping, QueueGroups } from '../queue-groups.ts';
import type { StoreCommit } from '../store.ts';
import { StoreError } from '../store.ts';
import { Clearing } from './clearing.ts';
import { ContentFiles } from './content-files.ts';
import { databaseName } from './database.ts';
import { EventBuffer } from './event-buffer.ts';
import { failureOf, storeError } from './failure.ts';
import type { Urgency } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';
import { lockDirectory } from './lock.ts';
import { NewContents } from './new-contents.ts';
import type { InsertRow, WriteOperation, WriteResult } from './operations.ts';
import { copyStore } from './snapshot.ts';
import { SqliteRecords } from './records.ts';
import { ReadThread } from './read-thread.ts';
import { claimedMessage, eventsQuery, listQuery, sourceKeys, stateRow, storedMessage } from './rows.ts';

export interface SqliteStoreOptions {
  /** Made when it does not exist. */
  readonly directory: string;
  readonly clock?: Clock;
  /** Octets that must stay free on the disk; below it `health()` is `full`. */
  readonly minimumFreeBytes?: number;
  /** Octets of content that go into the database; what is larger goes into a file. */
  readonly inlineBytesMax?: number;
  /** Octets that the database may grow to, contents in files not counted. */
  readonly databaseBytesMax?: number;
  /** Rows; the oldest go. */
  readonly eventsMax?: number;
  /** Content stays when its message is settled, until a sweep of `contents`. */
  readonly keepsContent?: boolean;
  /** How long a result may wait for other work, to share its commit. */
  readonly soonMs?: Milliseconds;
  /** Is told each commit: one a group, not one a message. */
  readonly onCommit?: (commit: StoreCommit) => void;
}

// Measured on 2 cores, ext4, 20 callers, insert and settle, in the database against in files: 128 KiB 3369/s against
// 1004/s, 256 KiB 1405 against 484, 512 KiB 717 against 549, 1 MiB 278 against 452. Half the break-even, because content in
// rows is held in memory until its commit.
const inlineBytesDefault = 256 * 1024;
// Measured likewise at 4 KiB, messages a second with 0 and with 5 ms: one caller 678 and 1738, twenty the same.
const soonDefaultMs = 5;
// Where a commit of more messages is no cheaper a message, while the memory it holds still grows.
const batchBytesMax = 8 * 2 ** 20;
const batchOperationsMax = 1000;
const eventFlushMs = 200;
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const directory = resolve(options.directory);
  const store = new SqliteStore({ ...options, directory });
  await store.start();
  return store;
}

class SqliteStore implements Store {
  readonly abilities = { shared: false, durable: true };
  readonly inlineBytesMax: number;
  readonly #directory: string;
  readonly #commits: GroupCommit;
  readonly #reads: ReadThread;
  /** A search may take a second, and content that delivery waits for must not wait behind it. */
  readonly #searches: ReadThread;
  readonly #files: ContentFiles;
  readonly #contents: NewContents;
  readonly #clearing = new Clearing((operation) => this.#write(operation));
  readonly #events: EventBuffer;
  readonly records: Records = new SqliteRecords({
    ask: (operation) => this.#reads.ask(operation),
    write: (operation) => this.#write(operation),
  });
  readonly #disk: DiskGuard;
  #lock: Disposable | undefined;
  #lastFailure: StoreError | undefined;
  #recovering = false;
  #closing: Promise<void> | undefined;

  constructor(options: SqliteStoreOptions) {
    const { directory, clock = systemClock } = options;
    this.#directory = directory;
    this.inlineBytesMax = options.inlineBytesMax ?? inlineBytesDefault;
    const thread = {
      directory,
      databaseBytesMax: options.databaseBytesMax ?? 2 ** 40,
      eventsMax: options.eventsMax ?? 100_000,
      keepsContent: options.keepsContent ?? false,
    };
    this.#commits = new GroupCommit({
      thread: { ...thread, role: 'writer' },
      soonMs: options.soonMs ?? soonDefaultMs,
      batchBytesMax,
      batchOperationsMax,
      onBatch: (failure, batch) => {
        this.#lastFailure = failure;
        options.onCommit?.({ ...batch, isFailed: failure !== undefined });
      },
    });
    this.#reads = new ReadThread({ ...thread, role: 'reader' });
    this.#searches = new ReadThread({ ...thread, role: 'reader' });
    // The next look may be a second away; until then more mail would be taken only to fail like this.
    this.#files = new ContentFiles(directory, () => void this.#disk.look());
    this.#contents = new NewContents(this.#files, this.inlineBytesMax);
    this.#events = new EventBuffer({
      flushMs: eventFlushMs,
      write: (rows) => this.#write(['events', rows], [], 'soon'),
    });
    this.#disk = watchDisk({
      path: directory,
      clock,
      minimumFreeBytes: options.minimumFreeBytes ?? 0,
      onLook: () => this.#recover(),
    });
  }

  async start(): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      this.#lock = lockDirectory(this.#directory);
      await this.#files.prepare();
      await this.#commits.open();
      await this.#disk.look();
      // What a crash left half written; done before anything new is.
      await this.#files.sweep((names) => this.#unnamed(names));
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error instanceof StoreError ? error : storeError(failureOf(error, this.#directory), error);
    }
  }

  health(): StoreHealth {
    if (this.#disk.isFull) return 'full';
    if (this.#lastFailure === undefined) return 'ok';
    return this.#lastFailure.kind === 'full' ? 'full' : 'failing';
  }

  createContent(id: QueueId): ContentSink {
    this.#assertOpen();
    return this.#files.create(id);
  }

  async insert(message: NewMessage): Promise<void> {
    this.#assertOpen();
    await this.#contents.write([message], (rows, chunks) =>
      this.#write(['insert', rows[0] as InsertRow], chunks),
    );
  }

  async change(change: MessageChange): Promise<ChangeResult> {
    const { id, version, progress, lease, adds = [] } = change;
    this.#assertOpen();
    const result = await this.#contents.write(
      adds,
      (rows, chunks) => this.#write(['change', id, version, stateRow(progress, lease), rows], chunks, 'soon'),
      (written) => written !== null && 'conflict' in written,
    );
    if (result === null || !('version' in result)) return { kind: 'conflict' };
    if (result.file !== null) this.#files.letGo(result.file);
    return { kind: 'changed', version: result.version };
  }

  async claim(request: {
    readonly now: Instant;
    readonly lease: Lease;
    readonly limit: number;
    readonly skipSources?: ReadonlySet<string | undefined>;
  }): Promise<readonly ClaimedMessage[]> {
    const { now, lease, limit, skipSources } = request;
    const skip = sourceKeys(skipSources);
    const result = await this.#write(['claim', now, lease.owner, lease.until, limit, skip]);
    return result !== null && 'claimed' in result ? result.claimed.map(claimedMessage) : [];
  }

  async renew(lease: Lease): Promise<void> {
    await this.#write(['renew', lease.owner, lease.until]);
  }

  async release(owner: string): Promise<void> {
    await this.#write(['release', owner]);
  }

  async lapse(owner: string): Promise<void> {
    await this.#write(['lapse', owner]);
  }

  async nextDue(skipSources?: ReadonlySet<string | undefined>): Promise<Instant | undefined> {
    const result = await this.#write(['next-due', sourceKeys(skipSources)]);
    const due = result !== null && 'due' in result ? result.due : null;
    return due === null ? undefined : (due as Instant);
  }

  async get(id: QueueId): Promise<StoredMessage | undefined> {
    const answer = await this.#reads.ask(['get', id]);
    return 'message' in answer && answer.message !== null ? storedMessage(answer.message) : undefined;
  }

  async list(query: MessageQuery): Promise<Page<StoredMessage>> {
    const answer = await this.#searches.ask(['list', listQuery(query)]);
    if (!('messages' in answer)) throw new StoreError('failed', 'unexpected answer to list');
    return page(answer.messages.map(storedMessage), answer.cursor);
  }

  async queueGroups(by: QueueGrouping, now: Instant): Promise<QueueGroups> {
    const answer = await this.#searches.ask(['queue-groups', by, now]);
    if (!('groups' in answer)) throw new StoreError('failed', 'unexpected answer to queue-groups');
    return answer.groups;
  }

  async *open(id: QueueId, ref: ContentRef): AsyncIterable<Buffer> {
    this.#assertOpen();
    if (ref.kind === 'file') {
      yield* this.#files.read(ref);
      return;
    }
    const answer = await this.#reads.ask(['content', id]);
    const bytes = 'bytes' in answer ? answer.bytes : null;
    if (bytes === null) throw new StoreError('failed', `no content is kept for message ${id}`);
    if (bytes.length > 0) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  record(event: EventRecord): void {
    if (this.#closing === undefined) this.#events.add(event);
  }

  async event(ref: string): Promise<EventRecord | undefined> {
    await this.#events.flush();
    const answer = await this.#reads.ask(['event', ref]);
    return 'text' in answer && answer.text !== null ? (JSON.parse(answer.text) as EventRecord) : undefined;
  }

  async events(query: EventQuery): Promise<Page<EventRecord>> {
    await this.#events.flush();
    const answer = await this.#reads.ask(['events', eventsQuery(query)]);
    if (!('texts' in answer)) throw new StoreError('failed', 'unexpected answer to events');
    return page(
      answer.texts.map((text) => JSON.parse(text) as EventRecord),
      answer.cursor,
    );
  }

  async stats(): Promise<StoreStats> {
    const answer = await this.#reads.ask(['stats']);
    if (!('stats' in answer)) throw new StoreError('failed', 'unexpected answer to stats');
    const { active, held, settled, oldest, databaseBytes } = answer.stats;
    const bytesFree = this.#disk.bytesFree;
    return {
      active,
      held,
      settled,
      ...(oldest === null ? {} : { oldestActiveAt: oldest as Instant }),
      bytesOnDisk: databaseBytes + (await this.#logBytes()) + this.#files.bytes,
      ...(bytesFree === undefined ? {} : { bytesFree }),
    };
  }

  async sweep(before: {
    readonly messages: Instant;
    readonly events: Instant;
    readonly contents?: Instant;
  }): Promise<{ messages: number; events: number; contents?: number; files: number }> {
    await this.#events.flush();
    // A trace that goes takes its content along.
    const contentsBefore = Math.max(before.contents ?? before.messages, before.messages);
    const contents = await this.#clearing.contents(contentsBefore, (name) => this.#files.letGo(name));
    const messages = await this.#clearing.rows((limit) => ['sweep-messages', before.messages, limit]);
    const events = await this.#clearing.rows((limit) => ['sweep-events', before.events, limit]);
    const files = await this.#files.sweep((names) => this.#unnamed(names));
    // Last: what was removed is overwritten in the database, or cut off with the pages and the log that held it.
    await this.#clearing.shrink(0);
    await this.#clearing.cutLog();
    return { messages, events, files, ...(before.contents === undefined ? {} : { contents }) };
  }

  async document(name: string): Promise<string | undefined> {
    const answer = await this.#reads.ask(['document', name]);
    return 'text' in answer && answer.text !== null ? answer.text : undefined;
  }

  async putDocument(name: string, text: string): Promise<void> {
    await this.#write(['put-document', name, text]);
  }

  async snapshot(directory: string): Promise<StoreSnapshot> {
    this.#assertOpen();
    await this.#events.flush();
    const kept = this.#files.keep();
    try {
      const copy = await copyStore(this.#directory, directory);
      return {
        ...copy,
        root: this.#directory,
        // eslint-disable-next-line typescript/require-await
        async [Symbol.asyncDispose]() {
          kept[Symbol.dispose]();
        },
      };
    } catch (error) {
      kept[Symbol.dispose]();
      throw error instanceof StoreError ? error : storeError(failureOf(error, directory), error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#disk[Symbol.dispose]();
    await this.#events.close();
    // The reader first: the last connection to close empties the log into the database.
    await Promise.all([this.#reads.close(), this.#searches.close()]);
    await this.#commits.close();
    await this.#files.close();
    this.#lock?.[Symbol.dispose]();
  }

  #write(operation: WriteOperation, chunks?: readonly Uint8Array[], urgency?: Urgency): Promise<WriteResult> {
    return this.#commits.submit(operation, chunks, urgency);
  }

  async #logBytes(): Promise<number> {
    try {
      return (await stat(join(this.#directory, `${databaseName}-wal`))).size;
    } catch {
      // Not made yet, or emptied and removed.
      return 0;
    }
  }

  async #unnamed(names: readonly string[]): Promise<readonly string[]> {
    const result = await this.#write(['unnamed', names]);
    return result !== null && 'names' in result ? result.names : [];
  }

  /**
   * After a failure nothing is accepted any more, so nothing would show that the disk is well again: something is
   * written to see. On a full disk the room that a former backlog left in the database is given back.
   */
  #recover(): void {
    const isFull = this.#disk.isFull;
    if (this.#recovering || (!isFull && this.#lastFailure === undefined)) return;
    this.#recovering = true;
    const work = isFull ? this.#clearing.shrink(0) : this.#write(['probe']);
    work
      // The outcome is in `health()`: onBatch and the next look see it.
      .catch(() => undefined)
      .finally(() => {
        this.#recovering = false;
      });
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('closed', 'the store is closed');
  }
}

function page<T>(items: readonly T[], cursor: string | number | null): Page<T> {
  return cursor === null ? { items } : { items, cursor: String(cursor) };
}
