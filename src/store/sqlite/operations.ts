/**
 * What crosses between the event loop and the store's threads. Tuples of plain values, because the cost of
 * a message between threads is per property; contents of a whole batch travel in one transferred buffer.
 */
import type { MessageOutcome, MessageResult } from '../columns.ts';
import type { QueueGrouping, QueueGroups } from '../queue-groups.ts';
import type { Failure } from './failure.ts';

/** A new message, in the order of the columns. */
export type InsertRow = readonly [
  id: string,
  acceptedAt: number,
  source: string | null,
  priority: number,
  search: SearchRow,
  accepted: string,
  state: StateRow,
  file: string | null,
  /** Octets of the batch's buffer that follow those of the row before. */
  contentBytes: number,
];

/** What a message is found by: octets, client, sender, recipients, words. */
export type SearchRow = readonly [number, string, string, string, string];

/** What changes while a message is with us. */
export type StateRow = readonly [
  progress: string,
  connectors: string,
  settledAt: number | null,
  /** Index of `messageResults`, once settled. */
  result: number | null,
  held: number,
  due: number | null,
  claimableAt: number | null,
  leaseOwner: string | null,
  leaseUntil: number | null,
];

/** One event: ref, at, kind, search, JSON. */
export type EventRow = readonly [string, number, string, string, string];

/** A keyed record: key, version, text. */
export type RecordRow = readonly [string, number, string];

/** Its change: kind, key, version that is replaced (`null`: any), text (`null`: removed). */
export type RecordChangeRow = readonly [string, string, number | null, string | null];

export type WriteOperation =
  | readonly ['insert', InsertRow]
  | readonly ['change', id: string, version: number, StateRow, adds: readonly InsertRow[]]
  | readonly [
      'claim',
      now: number,
      owner: string,
      until: number,
      limit: number,
      skipSources: readonly string[],
    ]
  | readonly ['renew', owner: string, until: number]
  | readonly ['release', owner: string]
  | readonly ['lapse', owner: string]
  | readonly ['next-due', skipSources: readonly string[]]
  | readonly ['put-document', name: string, text: string]
  /** All or none of them. */
  | readonly ['records', readonly RecordChangeRow[]]
  | readonly ['events', readonly EventRow[]]
  | readonly ['sweep-messages', before: number, limit: number]
  | readonly ['sweep-events', before: number, limit: number]
  /** Contents of messages settled before; the names are those of files, empty for what was in the row. */
  | readonly ['sweep-contents', before: number, limit: number]
  /** Moves the log into the database and cuts it to nothing; the count is 1 where a reader was in the way. */
  | readonly ['cut-log']
  /** Names of `files` that no row names. */
  | readonly ['unnamed', files: readonly string[]]
  /** Gives up to this many free pages back to the file system; the count is of those left. */
  | readonly ['shrink', pages: number]
  /** Writes something, to see whether the store can. */
  | readonly ['probe'];

/** A stored message: version, accepted, progress, lease owner, lease until, has content, file. */
export type MessageRow = readonly [
  number,
  string,
  string,
  string | null,
  number | null,
  number,
  string | null,
];

/** A claimed message, and the lease that was not given back. */
export type ClaimedRow = readonly [MessageRow, lapsedOwner: string | null, lapsedUntil: number | null];

export type WriteResult =
  | null
  | { readonly version: number; readonly file: string | null }
  | { readonly conflict: true }
  | { readonly claimed: readonly ClaimedRow[] }
  | { readonly due: number | null }
  | { readonly count: number }
  | { readonly names: readonly string[] }
  /** A rule was broken (an id that exists): this operation alone was not done, the store is well. */
  | { readonly refused: string }
  | { readonly failure: Failure };

export type ReadOperation =
  | readonly ['get', id: string]
  | readonly ['list', ListQuery]
  | readonly ['queue-groups', by: QueueGrouping, now: number]
  | readonly ['event', ref: string]
  | readonly ['events', EventsQuery]
  | readonly ['stats']
  | readonly ['document', name: string]
  | readonly ['record', kind: string, key: string]
  | readonly ['records', kind: string, isDescending: boolean, after: string | null, limit: number]
  | readonly ['content', id: string];

export interface ListQuery {
  readonly state: 'active' | 'held' | 'settled' | null;
  readonly result: MessageResult | MessageOutcome | null;
  readonly origin: 'client' | 'relay' | null;
  readonly source: string | null;
  readonly connector: string | null;
  /** Terms as they were typed. */
  readonly text: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly client: string | null;
  readonly waitingFor: string | null;
  readonly inDoubt: 'yes' | 'no' | null;
  readonly bytesMin: number | null;
  readonly bytesMax: number | null;
  readonly from: number | null;
  readonly before: number | null;
  readonly cursor: string | null;
  readonly order: 'newest' | 'oldest' | 'largest' | 'smallest';
  readonly limit: number;
}

export interface EventsQuery {
  readonly kind: string | null;
  readonly source: string | null;
  readonly text: string | null;
  readonly from: number | null;
  readonly cursor: number | null;
  readonly limit: number;
}

export interface StatsRow {
  readonly active: number;
  readonly held: number;
  readonly settled: number;
  readonly oldest: number | null;
  readonly databaseBytes: number;
}

export type ReadResult =
  | { readonly message: MessageRow | null }
  | { readonly messages: readonly MessageRow[]; readonly cursor: string | null }
  | { readonly groups: QueueGroups }
  | { readonly text: string | null }
  | { readonly texts: readonly string[]; readonly cursor: number | null }
  | { readonly stats: StatsRow }
  | { readonly records: readonly RecordRow[] }
  | { readonly bytes: Uint8Array | null }
  | { readonly failure: Failure };

/** To the writing thread. */
export type ToWriter =
  | {
      readonly kind: 'batch';
      readonly operations: readonly WriteOperation[];
      readonly contents: ArrayBuffer | null;
    }
  | { readonly kind: 'close' };

/** From the writing thread; the buffer comes back to be filled again. */
export type FromWriter =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | {
      readonly kind: 'results';
      readonly results: readonly WriteResult[];
      readonly contents: ArrayBuffer | null;
    };

export type ToReader =
  | { readonly kind: 'read'; readonly id: number; readonly operation: ReadOperation }
  | { readonly kind: 'close' };

export interface FromReader {
  readonly id: number;
  readonly result: ReadResult;
}

/** How a store thread is started. */
export interface ThreadOptions {
  readonly role: 'writer' | 'reader';
  readonly directory: string;
  readonly databaseBytesMax: number;
  readonly eventsMax: number;
  /** Content stays when its message is settled, until `sweep-contents`. */
  readonly keepsContent: boolean;
}
