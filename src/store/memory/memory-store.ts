/**
 * Everything in memory: for tests, simulations and `store: memory`. It keeps to the same contract as the
 * durable engines, except that nothing survives the process.
 */
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Accepted, Lease, Progress, QueueId } from '../../message/message.ts';
import { isSettled } from '../../message/message.ts';
import {
  claimableAt,
  connectorsOf,
  eventSearchText,
  isHeld,
  isOwnedBy,
  messageSearchText,
  priorityRank,
  searchForm,
  settledAt,
} from '../columns.ts';
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
import { StoreError } from '../store.ts';

interface Row {
  readonly seq: number;
  readonly accepted: Accepted;
  readonly search: string;
  progress: Progress;
  lease: Lease | null;
  version: number;
  content: readonly Buffer[] | undefined;
  contentRef: ContentRef | undefined;
}

interface EventRow {
  readonly seq: number;
  readonly event: EventRecord;
}

export interface MemoryStoreOptions {
  /** Taken for the sake of one shape with the other engines; nothing here depends on time. */
  readonly clock?: Clock;
  /** Octets; content beyond is expected through `createContent`. */
  readonly inlineBytesMax?: number;
  /** Rows; the oldest go. */
  readonly eventsMax?: number;
}

/** A store for tests; resolves in the same turn of the event loop, in order of the calls. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly abilities = { shared: false, durable: false };
  readonly inlineBytesMax: number;
  readonly #eventsMax: number;
  readonly #rows = new Map<QueueId, Row>();
  /** Rows that are not settled; `claim` looks at these alone. */
  readonly #active = new Set<Row>();
  readonly #streamed = new Map<string, readonly Buffer[]>();
  readonly #documents = new Map<string, string>();
  #events: EventRow[] = [];
  #seq = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    this.inlineBytesMax = options.inlineBytesMax ?? 256 * 1024;
    this.#eventsMax = options.eventsMax ?? 100_000;
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
      row.content = undefined;
      row.contentRef = undefined;
      this.#active.delete(row);
    }
    for (const message of adds) this.#add(message);
    return { kind: 'changed', version: row.version };
  }

  async claim(request: {
    readonly now: Instant;
    readonly lease: Lease;
    readonly limit: number;
    readonly skipSources?: ReadonlySet<string | undefined>;
  }): Promise<readonly ClaimedMessage[]> {
    this.#assertOpen();
    const found: { readonly row: Row; readonly at: Instant }[] = [];
    for (const row of this.#active) {
      if (request.skipSources?.has(row.accepted.source)) continue;
      const at = claimableAt(row.progress, row.lease);
      if (at !== undefined && at <= request.now) found.push({ row, at });
    }
    found.sort(
      (a, b) =>
        priorityRank[a.row.accepted.priority] - priorityRank[b.row.accepted.priority] ||
        a.at - b.at ||
        a.row.seq - b.row.seq,
    );
    return found.slice(0, request.limit).map(({ row }) => {
      const lapsed = row.lease;
      row.version += 1;
      row.lease = request.lease;
      return lapsed === null ? stored(row) : { ...stored(row), lapsed };
    });
  }

  async renew(lease: Lease): Promise<void> {
    this.#assertOpen();
    for (const row of this.#active) {
      if (row.lease !== null && isOwnedBy(row.lease.owner, lease.owner)) {
        row.lease = { owner: row.lease.owner, until: lease.until };
      }
    }
  }

  async release(owner: string): Promise<void> {
    this.#assertOpen();
    for (const row of this.#active) {
      if (row.lease !== null && isOwnedBy(row.lease.owner, owner)) row.lease = null;
    }
  }

  async lapse(owner: string): Promise<void> {
    this.#assertOpen();
    for (const row of this.#active) {
      if (row.lease !== null && isOwnedBy(row.lease.owner, owner)) {
        row.lease = { owner: row.lease.owner, until: instant(0) };
      }
    }
  }

  async nextDue(skipSources?: ReadonlySet<string | undefined>): Promise<Instant | undefined> {
    this.#assertOpen();
    let next: Instant | undefined;
    for (const row of this.#active) {
      if (skipSources?.has(row.accepted.source)) continue;
      const at = claimableAt(row.progress, row.lease);
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  async get(id: QueueId): Promise<StoredMessage | undefined> {
    this.#assertOpen();
    const row = this.#rows.get(id);
    return row && stored(row);
  }

  async list(query: MessageQuery): Promise<Page<StoredMessage>> {
    this.#assertOpen();
    const rows = [...this.#rows.values()].filter((row) => matches(row, query));
    const page = pageOf(rows, query);
    return { ...page, items: page.items.map(stored) };
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
    if (this.#closed) return;
    this.#events.push({ seq: this.#seq++, event });
    if (this.#events.length > this.#eventsMax * 1.1 + 10) this.#events = this.#kept();
  }

  async event(ref: string): Promise<EventRecord | undefined> {
    this.#assertOpen();
    return this.#kept().findLast((row) => row.event.ref === ref)?.event;
  }

  async events(query: EventQuery): Promise<Page<EventRecord>> {
    this.#assertOpen();
    const text = query.text === undefined ? undefined : searchForm(query.text);
    const rows = this.#kept().filter(
      ({ event }) =>
        (query.kind === undefined || event.kind === query.kind) &&
        (text === undefined || eventSearchText(event).includes(text)),
    );
    const page = pageOf(rows, query);
    return { ...page, items: page.items.map((row) => row.event) };
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
  }): Promise<{ messages: number; events: number; files: number }> {
    this.#assertOpen();
    let messages = 0;
    for (const row of this.#rows.values()) {
      const at = settledAt(row.progress);
      if (at === undefined || at >= before.messages) continue;
      this.#rows.delete(row.accepted.id);
      messages += 1;
    }
    const events = this.#kept();
    this.#events = events.filter((row) => row.event.at >= before.events);
    return { messages, events: events.length - this.#events.length, files: 0 };
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

  #kept(): EventRow[] {
    return this.#events.slice(-this.#eventsMax);
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

function stored(row: Row): StoredMessage {
  const { accepted, progress, lease, version, contentRef } = row;
  return { accepted, progress, lease, version, contentRef };
}

function refName(ref: ContentRef): string {
  return ref.kind === 'file' ? ref.name : '';
}

function sameRef(a: ContentRef | undefined, b: ContentRef): boolean {
  return a !== undefined && a.kind === b.kind && refName(a) === refName(b);
}

function matches(row: Row, query: MessageQuery): boolean {
  const settled = isSettled(row.progress);
  if (query.state === 'settled' && !settled) return false;
  if (query.state === 'active' && settled) return false;
  if (query.state === 'held' && !isHeld(row.progress)) return false;
  if (query.source !== undefined && row.accepted.source !== query.source) return false;
  if (query.connector !== undefined && !connectorsOf(row.progress).includes(query.connector)) return false;
  if (query.text !== undefined && !row.search.includes(searchForm(query.text))) return false;
  if (query.acceptedFrom !== undefined && row.accepted.at < query.acceptedFrom) return false;
  return query.acceptedBefore === undefined || row.accepted.at < query.acceptedBefore;
}

/** One page of rows that stand in order of insertion; the cursor is the last row's number. */
function pageOf<T extends { readonly seq: number }>(
  rows: readonly T[],
  query: { readonly order?: 'newest' | 'oldest'; readonly limit: number; readonly cursor?: string },
): Page<T> {
  const oldestFirst = query.order === 'oldest';
  const ordered = oldestFirst ? rows : rows.toReversed();
  const from = query.cursor === undefined ? undefined : Number(query.cursor);
  const rest =
    from === undefined ? ordered : ordered.filter((row) => (oldestFirst ? row.seq > from : row.seq < from));
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined ? { items, cursor: String(last.seq) } : { items };
}
