/** What the store is asked: each question to one of two threads, and its answer unpacked. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../platform/clock.ts';
import type { QueueId } from '../../message/message.ts';
import type { QueueGrouping, QueueGroups } from '../queue-groups.ts';
import type { EventQuery, EventRecord, MessageQuery, Page, StoredMessage, StoreStats } from '../store.ts';
import { StoreError } from '../store.ts';
import { databaseName } from './database.ts';
import type { ReadOperation, ThreadOptions } from './operations.ts';
import type { Answer } from './read-thread.ts';
import { ReadThread } from './read-thread.ts';
import { eventsQuery, listQuery, storedMessage } from './rows.ts';

export class Questions {
  readonly #reads: ReadThread;
  /** A search may take a second, and content that delivery waits for must not wait behind it. */
  readonly #searches: ReadThread;
  readonly #directory: string;

  constructor(thread: ThreadOptions) {
    this.#directory = thread.directory;
    this.#reads = new ReadThread(thread);
    this.#searches = new ReadThread(thread);
  }

  ask(operation: ReadOperation): Promise<Answer> {
    return this.#reads.ask(operation);
  }

  async close(): Promise<void> {
    await Promise.all([this.#reads.close(), this.#searches.close()]);
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

  /** Content that lies in the database. */
  async content(id: QueueId): Promise<Uint8Array> {
    const answer = await this.#reads.ask(['content', id]);
    const bytes = 'bytes' in answer ? answer.bytes : null;
    if (bytes === null) throw new StoreError('failed', `no content is kept for message ${id}`);
    return bytes;
  }

  async event(ref: string): Promise<EventRecord | undefined> {
    const answer = await this.#reads.ask(['event', ref]);
    return 'text' in answer && answer.text !== null ? (JSON.parse(answer.text) as EventRecord) : undefined;
  }

  async events(query: EventQuery): Promise<Page<EventRecord>> {
    const answer = await this.#reads.ask(['events', eventsQuery(query)]);
    if (!('texts' in answer)) throw new StoreError('failed', 'unexpected answer to events');
    return page(
      answer.texts.map((text) => JSON.parse(text) as EventRecord),
      answer.cursor,
    );
  }

  /** `databaseBytes`: with the log beside it. */
  async stats(): Promise<
    Pick<StoreStats, 'active' | 'held' | 'settled' | 'oldestActiveAt'> & { readonly databaseBytes: number }
  > {
    const answer = await this.#reads.ask(['stats']);
    if (!('stats' in answer)) throw new StoreError('failed', 'unexpected answer to stats');
    const { oldest, ...counts } = answer.stats;
    return {
      ...counts,
      databaseBytes: counts.databaseBytes + (await this.#logBytes()),
      ...(oldest === null ? {} : { oldestActiveAt: oldest as Instant }),
    };
  }

  async document(name: string): Promise<string | undefined> {
    const answer = await this.#reads.ask(['document', name]);
    return 'text' in answer && answer.text !== null ? answer.text : undefined;
  }

  async #logBytes(): Promise<number> {
    try {
      return (await stat(join(this.#directory, `${databaseName}-wal`))).size;
    } catch {
      // Not made yet, or emptied and removed.
      return 0;
    }
  }
}

function page<T>(items: readonly T[], cursor: string | number | null): Page<T> {
  return cursor === null ? { items } : { items, cursor: String(cursor) };
}
