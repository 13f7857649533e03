/**
 * Everything in memory: for tests, simulations and `store: memory`. It keeps to the same contract as the
 * durable engines, except that nothing survives the process.
 */
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Lease, QueueId } from '../../message/message.ts';
import { isSettled } from '../../message/message.ts';
import { isHeld, messageSearchText, settledAt } from '../columns.ts';
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
  StoreStats,
  StoredMessage,
} from '../store.ts';
import type { QueueGrouping, QueueGroups } from '../queue-groups.ts';
import { QueueGrouper } from '../queue-groups.ts';
import { StoreError } from '../store.ts';
import { searchForm } from '../terms.ts';
import { MemoryRecords } from './records.ts';
import { EventLog } from './event-log.ts';
import type { ClaimRequest } from './leases.ts';
import { claimed, nextClaimable, replaceLeases } from './leases.ts';
import { pageOf } from './page.ts';
import type { Row } from './row.ts';
import { matcher, refName, sameRef, stored } from './row.ts';

export interface MemoryStoreOptions {
  /** Taken for the sake of one shape with the other engines; nothing here depends on time. */
  readonly clock?: Clock;
  /** Octets; content beyond is expected through `createContent`. */
  readonly inlineBytesMax?: number;
  /** Rows; the oldest go. */
  readonly eventsMax?: number;
  /** Content stays after the settlement, until a sweep lets it go. */
  readonly keepsContent?: boolean;
}

/** A store for tests; resolves in the same turn of the event loop, in order of the calls. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly abilities = { shared: false, durable: false };
  readonly inlineBytesMax: number;
  readonly #rows = new Map<QueueId, Row>();
  /** Rows that are not settled; `claim` looks at these alone. */
  readonly #active = new Set<Row>();
  readonly #streamed = new Map<string, readonly Buffer[]>();
  readonly #documents = new Map<string, string>();
  readonly #events: EventLog;
  readonly records = new MemoryRecords(() => this.#assertOpen());
  readonly #keepsContent: boolean;
  #seq = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    this.inlineBytesMax = options.inlineBytesMax ?? 256 * 1024;
    this.#keepsContent = options.keepsContent ?? false;
    this.#events = new EventLog(options.eventsMax ?? 100_000);
  }

  health(): 'ok' {
    return 'ok';
  }

  createContent(id: QueueId): ContentSink {
    this.#assertOpen();
    const name = `${id}#${this.#seq++}`;
    const chunks: Buffer[] = [];
    return {
      write: async (chunk) => {
        this.#assertOpen();
        chunks.push(Buffer.from(chunk));
      },
      finish: async () => {
        this.#assertOpen();
        this.#streamed.set(name, chunks);
        return { kind: 'file', name };
      },
      // A name that an insert has taken is gone from here, so its content stays.
      abort: async () => {
        this.#streamed.delete(name);
      },
    };
  }

  async insert(message: NewMessage): Promise<void> {
    this.#assertOpen();
    this.#assertNew([message]);
    this.#add(message);
  }

  async change(change: MessageChange): Promise<ChangeResult> {
    this.#assertOpen();
    const row = this.#rows.get(change.id);
    if (row === undefined || row.version !== change.version) return { kind: 'conflict' };
    const adds = change.adds ?? [];
    this.#assertNew(adds);
    row.version += 1;
    row.progress = change.progress;
    row.lease = change.lease;
    if (isSettled(row.progress)) {
      row.lease = null;
      if (!this.#keepsContent) letGo(row);
      this.#active.delete(row);
    }
    for (const message of adds) this.#add(message);
    return { kind: 'changed', version: row.version };
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    this.#assertOpen();
    return claimed(this.#active, request);
  }

  async renew({ owner, until }: Lease): Promise<void> {
    this.#assertOpen();
    replaceLeases(this.#active, owner, (lease) => ({ owner: lease.owner, until }));
  }

  async release(owner: string): Promise<void> {
    this.#assertOpen();
    replaceLeases(this.#active, owner, () => null);
  }

  async lapse(owner: string): Promise<void> {
    this.#assertOpen();
    replaceLeases(this.#active, owner, (lease) => ({ owner: lease.owner, until: instant(0) }));
  }

  async nextDue(skipSources?: ReadonlySet<string | undefined>): Promise<Instant | undefined> {
    this.#assertOpen();
    return nextClaimable(this.#active, skipSources);
  }

  async get(id: QueueId): Promise<StoredMessage | undefined> {
    this.#assertOpen();
    const row = this.#rows.get(id);
    return row && stored(row);
  }

  async list(query: MessageQuery): Promise<Page<StoredMessage>> {
    this.#assertOpen();
    const rows = [...this.#rows.values()].filter(matcher(query));
    const page = pageOf(
      rows.map((row) => ({ row, seq: row.seq, bytes: row.accepted.content.bytes })),
      query,
    );
    return { ...page, items: page.items.map(({ row }) => stored(row)) };
  }

  async queueGroups(by: QueueGrouping, now: Instant): Promise<QueueGroups> {
    this.#assertOpen();
    const grouper = new QueueGrouper(by, now);
    for (const { accepted, progress } of this.#active) {
      const recipients = accepted.envelope.recipients.map(({ address }) => searchForm(address.text));
      grouper.add({ at: accepted.at, recipients, progress });
    }
    return grouper.result();
  }

  async *open(id: QueueId, ref: ContentRef): AsyncIterable<Buffer> {
    this.#assertOpen();
    const row = this.#rows.get(id);
    if (row?.content === undefined || !sameRef(row.contentRef, ref)) {
      throw new StoreError('failed', `no content is kept for message ${id}`);
    }
    yield* row.content;
  }

  record(event: EventRecord): void {
    if (!this.#closed) this.#events.add(event);
  }

  async event(ref: string): Promise<EventRecord | undefined> {
    this.#assertOpen();
    return this.#events.newest(ref);
  }

  async events(query: EventQuery): Promise<Page<EventRecord>> {
    this.#assertOpen();
    return this.#events.page(query);
  }

  async stats(): Promise<StoreStats> {
    this.#assertOpen();
    let held = 0;
    let bytes = 0;
    let oldest: Instant | undefined;
    for (const row of this.#active) {
      if (isHeld(row.progress)) held += 1;
      for (const chunk of row.content ?? []) bytes += chunk.length;
      if (oldest === undefined || row.accepted.at < oldest) oldest = row.accepted.at;
    }
    return {
      active: this.#active.size,
      held,
      settled: this.#rows.size - this.#active.size,
      ...(oldest === undefined ? {} : { oldestActiveAt: oldest }),
      bytesOnDisk: bytes,
    };
  }

  async sweep(before: {
    readonly messages: Instant;
    readonly events: Instant;
    readonly contents?: Instant;
  }): Promise<{ messages: number; events: number; contents?: number; files: number }> {
    this.#assertOpen();
    let messages = 0;
    let contents = 0;
    for (const row of this.#rows.values()) {
      const at = settledAt(row.progress);
      if (at === undefined) continue;
      if (row.contentRef !== undefined && before.contents !== undefined && at < before.contents) {
        letGo(row);
        contents += 1;
      }
      if (at >= before.messages) continue;
      this.#rows.delete(row.accepted.id);
      messages += 1;
    }
    return {
      messages,
      events: this.#events.sweep(before.events),
      files: 0,
      ...(before.contents === undefined ? {} : { contents }),
    };
  }

  async document(name: string): Promise<string | undefined> {
    this.#assertOpen();
    return this.#documents.get(name);
  }

  async putDocument(name: string, text: string): Promise<void> {
    this.#assertOpen();
    this.#documents.set(name, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #add(message: NewMessage): void {
    const { accepted, content } = message;
    const row: Row = {
      seq: this.#seq++,
      accepted,
      search: messageSearchText(accepted),
      progress: message.progress,
      lease: message.lease,
      version: 1,
      content:
        content.kind === 'bytes'
          ? content.chunks.map((chunk) => Buffer.from(chunk))
          : this.#streamed.get(refName(content.ref)),
      contentRef: content.kind === 'bytes' ? { kind: 'inline' } : content.ref,
    };
    if (content.kind === 'streamed') this.#streamed.delete(refName(content.ref));
    this.#rows.set(accepted.id, row);
    if (!isSettled(row.progress)) this.#active.add(row);
  }

  #assertNew(messages: readonly NewMessage[]): void {
    const ids = new Set<string>();
    for (const { accepted, content } of messages) {
      if (this.#rows.has(accepted.id) || ids.has(accepted.id)) {
        throw new StoreError('failed', `message ${accepted.id} is kept already`);
      }
      ids.add(accepted.id);
      if (content.kind === 'streamed' && !this.#streamed.has(refName(content.ref))) {
        throw new StoreError('failed', `the content of message ${accepted.id} was not finished`);
      }
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed');
  }
}

function letGo(row: Row): void {
  row.content = undefined;
  row.contentRef = undefined;
}
