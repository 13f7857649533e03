/** What operators have suspended and what connectors have learned, read at the start and written at each change: one write at a time, the last one says how it is. */
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { Store } from '../store/store.ts';
import type { Connectors } from './connectors.ts';
import { errorFields } from './error-fields.ts';
import { readLearned, readTroubles, writeLearned, writeTroubles } from './learned-record.ts';
import { readStopped, writeStopped } from './stopped-record.ts';

export interface StoppedKeeperOptions {
  readonly store: Store;
  readonly events: Events;
  readonly connectors: Connectors;
  readonly policy: PolicyHolder;
  readonly clock: Clock;
}

export class StoppedKeeper {
  readonly #options: StoppedKeeperOptions;
  #writing: Promise<void> = Promise.resolve();
  #isLearnedWanted = false;
  #areTroublesWanted = false;

  constructor(options: StoppedKeeperOptions) {
    this.#options = options;
  }

  /** Nothing is sent before it resolves. Rejects where the store cannot be read. */
  async restore(): Promise<void> {
    const { connectors, store, policy, clock } = this.#options;
    connectors.restoreStopped(await readStopped(store));
    connectors.restoreLearned(await readLearned(store));
    const troubles = await readTroubles(store);
    const inPolicy = troubles.filter(({ connector }) => policy.current.connectors.has(connector));
    connectors.troubles.restore(inPolicy, clock.now());
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

  /** As `keepLearned`: faults on the way to single domains. */
  keepTroubles(): void {
    if (this.#areTroublesWanted) return;
    this.#areTroublesWanted = true;
    const { connectors, store, events } = this.#options;
    this.#writing = this.#writing.then(async () => {
      this.#areTroublesWanted = false;
      try {
        await writeTroubles(store, connectors.troubles.kept);
      } catch (error) {
        const text = `faults of set-up that were met are not kept over a restart: ${errorFields(error).text}`;
        events.emit({ kind: 'store-trouble', text });
      }
    });
  }

  /** Resolves when no write is under way. */
  idle(): Promise<void> {
    return this.#writing;
  }
}
