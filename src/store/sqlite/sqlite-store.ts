/**
 * The embedded store: one SQLite database in the data directory, and large contents in files beside it.
 *
 * Two threads work on it: one writes, in batches (group-commit.ts), one answers questions. The event loop
 * only packs and unpacks. Fatal at open: the directory is in use, the data are of a newer version, the database is
 * damaged. Later failures reject the calls they concern; the store goes on, and works again when the disk does.
 * Limits: 100,000 events, 8 MiB and 1000 operations a commit, `databaseBytesMax`.
 */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Instant } from '../../platform/clock.ts';
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
import { StoreError } from '../store.ts';
import type { SweepBefore, Swept } from './clearing.ts';
import { Clearing } from './clearing.ts';
import { ContentFiles } from './content-files.ts';
import { EventBuffer } from './event-buffer.ts';
import { failureOf, storeError } from './failure.ts';
import type { Urgency } from './group-commit.ts';
import { GroupCommit } from './group-commit.ts';
import { lockDirectory } from './lock.ts';
import { NewContents } from './new-contents.ts';
import type { InsertRow, WriteOperation, WriteResult } from './operations.ts';
import type { SqliteStoreOptions } from './sqlite-options.ts';
import {
  batchBytesMax,
  batchOperationsMax,
  eventFlushMs,
  inlineBytesDefault,
  soonDefaultMs,
  threadOf,
} from './sqlite-options.ts';
import { snapshotOf } from './store-snapshot.ts';
import { SqliteRecords } from './records.ts';
import { Questions } from './questions.ts';
import { claimedMessage, sourceKeys, stateRow } from './rows.ts';

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
  readonly #questions: Questions;
  readonly #files: ContentFiles;
  readonly #contents: NewContents;
  readonly #clearing = new Clearing((operation) => this.#write(operation));
  readonly #events: EventBuffer;
  readonly records: Records = new SqliteRecords({
    ask: (operation) => this.#questions.ask(operation),
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
    const thread = threadOf(options);
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
    this.#questions = new Questions({ ...thread, role: 'reader' });
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

  async claim(request: Parameters<Store['claim']>[0]): Promise<readonly ClaimedMessage[]> {
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

  async *open(id: QueueId, ref: ContentRef): AsyncIterable<Buffer> {
    this.#assertOpen();
    if (ref.kind === 'file') {
      yield* this.#files.read(ref);
      return;
    }
    const bytes = await this.#questions.content(id);
    if (bytes.length > 0) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  record(event: EventRecord): void {
    if (this.#closing === undefined) this.#events.add(event);
  }

  get(id: QueueId): Promise<StoredMessage | undefined> {
    return this.#questions.get(id);
  }

  list(query: MessageQuery): Promise<Page<StoredMessage>> {
    return this.#questions.list(query);
  }

  queueGroups(by: QueueGrouping, now: Instant): Promise<QueueGroups> {
    return this.#questions.queueGroups(by, now);
  }

  async event(ref: string): Promise<EventRecord | undefined> {
    await this.#events.flush();
    return this.#questions.event(ref);
  }

  async events(query: EventQuery): Promise<Page<EventRecord>> {
    await this.#events.flush();
    return this.#questions.events(query);
  }

  document(name: string): Promise<string | undefined> {
    return this.#questions.document(name);
  }

  async stats(): Promise<StoreStats> {
    const { databaseBytes, ...counts } = await this.#questions.stats();
    const bytesFree = this.#disk.bytesFree;
    return {
      ...counts,
      bytesOnDisk: databaseBytes + this.#files.bytes,
      ...(bytesFree === undefined ? {} : { bytesFree }),
    };
  }

  async sweep(before: SweepBefore): Promise<Swept> {
    await this.#events.flush();
    return this.#clearing.sweep(before, this.#files, (names) => this.#unnamed(names));
  }

  async putDocument(name: string, text: string): Promise<void> {
    await this.#write(['put-document', name, text]);
  }

  async snapshot(directory: string): Promise<StoreSnapshot> {
    this.#assertOpen();
    await this.#events.flush();
    return snapshotOf(this.#directory, directory, this.#files);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#disk[Symbol.dispose]();
    await this.#events.close();
    // The reader first: the last connection to close empties the log into the database.
    await this.#questions.close();
    await this.#commits.close();
    await this.#files.close();
    this.#lock?.[Symbol.dispose]();
  }

  #write(operation: WriteOperation, chunks?: readonly Uint8Array[], urgency?: Urgency): Promise<WriteResult> {
    return this.#commits.submit(operation, chunks, urgency);
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
