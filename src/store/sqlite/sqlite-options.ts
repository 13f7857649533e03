/** What the embedded store may be told, and what holds where it is not. */
import type { Clock, Milliseconds } from '../../platform/clock.ts';
import type { StoreCommit } from '../store.ts';
import type { ThreadOptions } from './operations.ts';

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
export const inlineBytesDefault = 256 * 1024;
// Measured likewise at 4 KiB, messages a second with 0 and with 5 ms: one caller 678 and 1738, twenty the same.
export const soonDefaultMs = 5;
// Where a commit of more messages is no cheaper a message, while the memory it holds still grows.
export const batchBytesMax = 8 * 2 ** 20;
export const batchOperationsMax = 1000;
export const eventFlushMs = 200;

/** What both threads are told. */
export function threadOf(options: SqliteStoreOptions): Omit<ThreadOptions, 'role'> {
  return {
    directory: options.directory,
    databaseBytesMax: options.databaseBytesMax ?? 2 ** 40,
    eventsMax: options.eventsMax ?? 100_000,
    keepsContent: options.keepsContent ?? false,
  };
}
