/**
 * The store interface: what keeps messages, their trace and refused attempts.
 *
 * Three engines implement it (memory, sqlite, PostgreSQL) and pass `store/conformance`. What only some
 * can do is said by `abilities`, never asked by engine name. Every promise that resolves means: on
 * stable storage (the memory engine excepted, which is for tests). A rejected promise means that the
 * store failed (disk full, I/O error, connection lost); nothing of that call was kept.
 * Content is given as the octets to be sent; the engine returns exactly those.
 */
import type { Instant } from '../platform/clock.ts';
import type { MessageOutcome, MessageResult } from './columns.ts';
import type { QueueGrouping, QueueGroups } from './queue-groups.ts';
import type { Records } from './records.ts';
import type { Accepted, Lease, Progress, QueueId } from '../message/message.ts';

export interface StoreAbilities {
  /** Several nodes work on the same data. */
  readonly shared: boolean;
  /** Survives the end of the process. */
  readonly durable: boolean;
}

/** Raised for failures of the store itself, with the platform's error as `cause`. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: 'full' | 'failed' | 'closed' | 'damaged';
  constructor(kind: StoreError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** `full`: no room (or below the minimum kept free); `failing`: the last write failed and none has worked since. */
export type StoreHealth = 'ok' | 'full' | 'failing';

/** One commit of an engine that groups writes. */
export interface StoreCommit {
  readonly operations: number;
  readonly durationMs: number;
  readonly isFailed: boolean;
}

/** Where content lies; opaque outside the engine, written into the row. */
export type ContentRef = { readonly kind: 'inline' } | { readonly kind: 'file'; readonly name: string };

/** Small content in memory, or large content already streamed through a `ContentSink`. */
export type NewContent =
  /** An engine may move bytes beyond `inlineBytesMax` out of the row by itself. */
  | { readonly kind: 'bytes'; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'streamed'; readonly ref: ContentRef };

export interface NewMessage {
  readonly accepted: Accepted;
  readonly progress: Progress;
  readonly content: NewContent;
  /** Born leased to the node that accepted it; `null`: whoever claims it first. */
  readonly lease: Lease | null;
}

export interface StoredMessage {
  readonly accepted: Accepted;
  readonly progress: Progress;
  readonly lease: Lease | null;
  /** Raised by one with each change; a change names the version it was made from. */
  readonly version: number;
  /** `undefined` once the content was let go (settled, or retention over). */
  readonly contentRef: ContentRef | undefined;
}

/** A message as `claim` gives it. */
export interface ClaimedMessage extends StoredMessage {
  /** A lease that its owner did not give back: it ran out, or `lapse` ended it. An attempt may have been under way. */
  readonly lapsed?: Lease;
}

export interface MessageChange {
  readonly id: QueueId;
  /** The version that the change was computed from. */
  readonly version: number;
  readonly progress: Progress;
  readonly lease: Lease | null;
  /** Committed in the same transaction: notices caused by this change. */
  readonly adds?: readonly NewMessage[];
}

/** `conflict`: the row has another version by now (or is gone); nothing was changed and nothing added. */
export type ChangeResult =
  | { readonly kind: 'changed'; readonly version: number }
  | { readonly kind: 'conflict' };

/** Receives large content while it arrives, in bounded memory. */
export interface ContentSink {
  /**
   * Takes the chunk for good (the caller must not change it) and resolves when few enough octets wait in
   * memory for the next one: at once while the disk keeps up.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the content stable (file and directory) and returns what the row will name. */
  finish(): Promise<ContentRef>;
  /** Lets everything go unless a message that names it was inserted; safe after any failure and after `finish`. */
  abort(): Promise<void>;
}

export type MessageStateFilter = 'active' | 'held' | 'settled';

export interface MessageQuery {
  /** `active`: a recipient is not final; `held`: a recipient is held (such a message is active too). */
  readonly state?: MessageStateFilter;
  /** Of settled messages. */
  readonly result?: MessageResult | MessageOutcome;
  /** `client`: taken from a client; `relay`: made by the relay itself. */
  readonly origin?: 'client' | 'relay';
  readonly source?: string;
  readonly connector?: string;
  /** Terms (terms.ts): any of sender, recipient, subject, source, Message-ID, From, client address and id fits one. */
  readonly text?: string;
  /** Terms for one field alone. */
  readonly sender?: string;
  readonly recipient?: string;
  readonly client?: string;
  /** Code of the failure that a recipient waits for (queue-groups.ts). */
  readonly waitingFor?: string;
  /** `yes`: the end of an attempt is not known, so that the next hop may have the message more than once. */
  readonly inDoubt?: 'yes' | 'no';
  /** Octets of content, both inclusive. */
  readonly bytesMin?: number;
  readonly bytesMax?: number;
  readonly acceptedFrom?: Instant;
  readonly acceptedBefore?: Instant;
  /** `newest` and `oldest`: order of insertion; newest first by default. */
  readonly order?: 'newest' | 'oldest' | 'largest' | 'smallest';
  /** 1 to 1000. */
  readonly limit: number;
  /** `cursor` of the page before. */
  readonly cursor?: string;
}

/** A page that has a cursor may hold fewer items than its limit, even none: the search took long, and goes on from there. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

/** Something that happened without becoming a message: a refusal, a failed login. Found by its reference. */
export interface EventRecord {
  readonly ref: string;
  readonly at: Instant;
  readonly kind: string;
  readonly source?: string;
  readonly address?: string;
  /** JSON-safe fields; secrets were redacted by the writer. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface EventQuery {
  readonly kind?: string;
  /** Name of the source that it happened to. */
  readonly source?: string;
  readonly text?: string;
  /** At or after. */
  readonly from?: Instant;
  readonly limit: number;
  readonly cursor?: string;
}

export interface StoreStats {
  /** Messages with a recipient that is not final, held ones included. */
  readonly active: number;
  readonly held: number;
  readonly settled: number;
  /** Acceptance of the oldest active message. */
  readonly oldestActiveAt?: Instant;
  /** Octets that the store takes on disk, all areas counted. */
  readonly bytesOnDisk: number;
  /** Octets free for the data directory; `undefined` where nobody can tell. */
  readonly bytesFree?: number;
}

export interface Store extends AsyncDisposable {
  readonly abilities: StoreAbilities;
  /** Known without I/O, so that intake can ask before each transaction. Absent: always `ok`. */
  health?(): StoreHealth;
  /** For content beyond `inlineBytesMax`. */
  createContent(id: QueueId): ContentSink;
  /** Content up to this many octets is given as bytes. */
  readonly inlineBytesMax: number;
  insert(message: NewMessage): Promise<void>;
  change(change: MessageChange): Promise<ChangeResult>;
  /**
   * Leases due, unleased (or lapsed) messages to `lease.owner` and raises their version, so that whoever held
   * a lapsed lease meets a conflict; `lapsed` names that lease: priority first, then longest claimable first.
   */
  claim(request: {
    readonly now: Instant;
    readonly lease: Lease;
    readonly limit: number;
    /** Sources whose messages are passed over now; `undefined` stands for our own notices. */
    readonly skipSources?: ReadonlySet<string | undefined>;
  }): Promise<readonly ClaimedMessage[]>;
  /**
   * Moves the end of all leases of `lease.owner` to `lease.until`. An owner is a path, `node/process/claim`:
   * this, `release` and `lapse` count for the owner named and for all below it. The version stays.
   */
  renew(lease: Lease): Promise<void>;
  /** Gives all leases of this owner back: its work is as it was, nothing is under way. The version stays. */
  release(owner: string): Promise<void>;
  /**
   * Ends all leases of this owner as run out: it is gone and gave nothing back, so what it had under way is not known.
   * The version stays; `claim` says whose lease it was.
   */
  lapse(owner: string): Promise<void>;
  /** The earliest moment at which `claim` may find something: a message falls due, or its lease lapses. */
  nextDue(skipSources?: ReadonlySet<string | undefined>): Promise<Instant | undefined>;
  get(id: QueueId): Promise<StoredMessage | undefined>;
  list(query: MessageQuery): Promise<Page<StoredMessage>>;
  /** What waits, grouped by what it waits for. */
  queueGroups(by: QueueGrouping, now: Instant): Promise<QueueGroups>;
  /** Whole content, in order, in chunks of bounded size; throws StoreError when there is none. */
  open(id: QueueId, ref: ContentRef): AsyncIterable<Buffer>;
  /** Kept soon, with the next commit; bounded in number, the oldest go. Never throws, never waits. */
  record(event: EventRecord): void;
  /** The newest event with this reference. */
  event(ref: string): Promise<EventRecord | undefined>;
  /** Newest first. */
  events(query: EventQuery): Promise<Page<EventRecord>>;
  stats(): Promise<StoreStats>;
  /** Drops settled rows and events older than the moments given, and content that no row names. */
  sweep(before: {
    readonly messages: Instant;
    readonly events: Instant;
    /** Contents of messages settled before, where the engine keeps content after settlement. */
    readonly contents?: Instant;
  }): Promise<{
    readonly messages: number;
    readonly events: number;
    readonly contents?: number;
    readonly files: number;
  }>;
  /** Named small documents: policy revisions, quota ledger. `undefined` when absent. */
  document(name: string): Promise<string | undefined>;
  putDocument(name: string, text: string): Promise<void>;
  /** Accounts, sessions, the audit log: what is changed by version. */
  readonly records: Records;
  /**
   * A copy of everything as of one moment, taken while the store works. `directory` is empty and the caller's. Absent:
   * there is nothing on disk. Contents that the copy names stay until it is disposed of.
   */
  snapshot?(directory: string): Promise<StoreSnapshot>;
}

export interface StoreSnapshot extends AsyncDisposable {
  /** The database file, in the directory that was given. */
  readonly database: string;
  readonly facts: StoreFacts;
  /** Contents in files of their own: paths, relative to the data directory. */
  readonly contents: readonly { readonly path: string; readonly bytes: number }[];
  /** Where these paths begin. */
  readonly root: string;
}

/** What a store holds, for comparison. */
export interface StoreFacts {
  readonly dataVersion: number;
  readonly messages: number;
  /** Of these, not settled. */
  readonly inWork: number;
  readonly held: number;
  readonly events: number;
  readonly documents: number;
  readonly records: number;
  /** Contents in files of their own, and their octets. */
  readonly contents: number;
  readonly contentBytes: number;
  /** SHA-256 over the ids of all messages in order, with version and length of content. */
  readonly digest: string;
  /** What does not fit together, in words; bounded. */
  readonly faults: readonly string[];
}
