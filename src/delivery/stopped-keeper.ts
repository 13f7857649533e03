/** What operators have suspended and what connectors have learned, read at the start and written at each change: one write at a time, the last one says how it is. */
import type { Events } from '../observe/events.ts';
import type { Store } from '../store/store.ts';
import type { Connectors } from './connectors.ts';
import { errorFields } from './error-fields.ts';
import { readLearned, writeLearned } from './learned-record.ts';
import { readStopped, writeStopped } from './stopped-record.ts';

export interface StoppedKeeperOptions {
  readonly store: Store;
  readonly events: Events;
  readonly connectors: Connectors;
}

export class StoppedKeeper {
  readonly #options: StoppedKeeperOptions;
  #writing: Promise<void> = Promise.resolve();
  #isLearnedWanted = false;

  constructor(options: StoppedKeeperOptions) {
    this.#options = options;
  }

  /** Nothing is sent before it resolves. Rejects where the store cannot be read. */
  async restore(): Promise<void> {
    const { connectors, store } = this.#options;
    connectors.restoreStopped(await readStopped(store));
    connectors.restoreLearned(await readLearned(store));
  }

  /** Resolves when what is stopped now is on record, or was told not to be. */
  keep(): Promise<void> {
    const { connectors, store, events } = this.#options;
    this.#writing = this.#writing.then(async () => {
      try {
        await writeStopped(store, connectors.stopped);
      } catch (error) {
        const text = `a suspension is in force and is not kept over a restart: ${errorFields(error).text}`;
        events.emit({ kind: 'store-trouble', text });
      }
    });
    return this.#writing;
  }

  /** Writes what connectors have learned, as it is when its turn comes: many changes of a moment are one write. */
  keepLearned(): void {
    if (this.#isLearnedWanted) return;
    this.#isLearnedWanted = true;
    const { connectors, store, events } = this.#options;
    this.#writing = this.#writing.then(async () => {
      this.#isLearnedWanted = false;
      try {
        await writeLearned(store, connectors.learned);
      } catch (error) {
        const text = `what connectors learned of refusals is not kept over a restart: ${errorFields(error).text}`;
        events.emit({ kind: 'store-trouble', text });
      }
    });
  }

  /** Resolves when no write is under way. */
  idle(): Promise<void> {
    return this.#writing;
  }
}
