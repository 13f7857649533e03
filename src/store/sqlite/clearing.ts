/** What is over goes, and its room is given back: in steps, between which arriving mail is committed. */
import type { Instant } from '../../platform/clock.ts';
import type { ContentFiles } from './content-files.ts';
import type { WriteOperation, WriteResult } from './operations.ts';

/** As `Store.sweep` has them. */
export interface SweepBefore {
  readonly messages: Instant;
  readonly events: Instant;
  readonly contents?: Instant;
}

export interface Swept {
  messages: number;
  events: number;
  contents?: number;
  files: number;
}

// Rows that one transaction of a sweep removes, so that arriving mail waits for milliseconds only.
const sweepRows = 500;
// Pages that one transaction gives back to the file system, and those kept for what comes next: 2 and 16 MiB.
const shrinkPages = 256;
const freePagesKept = 2048;

export class Clearing {
  readonly #write: (operation: WriteOperation) => Promise<WriteResult>;

  constructor(write: (operation: WriteOperation) => Promise<WriteResult>) {
    this.#write = write;
  }

  /** Everything that is older; `unnamed` as for `ContentFiles.sweep`. */
  async sweep(
    before: SweepBefore,
    files: ContentFiles,
    unnamed: (names: readonly string[]) => Promise<readonly string[]>,
  ): Promise<Swept> {
    // A trace that goes takes its content along.
    const contentsBefore = Math.max(before.contents ?? before.messages, before.messages);
    const contents = await this.#contents(contentsBefore, (name) => files.letGo(name));
    const messages = await this.#rows((limit) => ['sweep-messages', before.messages, limit]);
    const events = await this.#rows((limit) => ['sweep-events', before.events, limit]);
    const removed = await files.sweep(unnamed);
    // Last: what was removed is overwritten in the database, or cut off with the pages and the log that held it.
    await this.shrink(0);
    await this.#cutLog();
    return { messages, events, files: removed, ...(before.contents === undefined ? {} : { contents }) };
  }

  /** Repeats a step until it finds less than it may take; returns how many rows went. */
  async #rows(operation: (limit: number) => WriteOperation): Promise<number> {
    let total = 0;
    for (;;) {
      const result = await this.#write(operation(sweepRows));
      const count = result !== null && 'count' in result ? result.count : 0;
      total += count;
      if (count < sweepRows) return total;
    }
  }

  /** Lets go what messages that were settled before had as content; returns how many. */
  async #contents(before: number, letGo: (file: string) => void): Promise<number> {
    let total = 0;
    for (;;) {
      const result = await this.#write(['sweep-contents', before, sweepRows]);
      const names = result !== null && 'names' in result ? result.names : [];
      for (const name of names) if (name !== '') letGo(name);
      total += names.length;
      if (names.length < sweepRows) return total;
    }
  }

  /** Moves the log into the database and cuts it, so that no old text stays in it; where a reader is in the way, next time. */
  async #cutLog(): Promise<void> {
    await this.#write(['cut-log']);
  }

  /** Gives free pages back to the file system, in steps between which arriving mail is committed. */
  async shrink(pagesKept = freePagesKept): Promise<void> {
    let left = Number.MAX_SAFE_INTEGER;
    for (let first = true; ; first = false) {
      const result = await this.#write(['shrink', first ? 1 : Math.min(shrinkPages, left - pagesKept)]);
      const count = result !== null && 'count' in result ? result.count : 0;
      // None went: something holds them, and the next time is soon enough.
      if (count <= pagesKept || count >= left) return;
      left = count;
    }
  }
}
