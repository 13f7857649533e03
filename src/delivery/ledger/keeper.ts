/** Keeps the ledger in the store: read at the start, written some time after something was counted, and at the end. */
import type { Events } from '../../observe/events.ts';
import type { CancelTimer, Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Ledger } from './ledger.ts';
import { writePauseMs } from './ledger.ts';
import { readLedger, writeLedger } from './record.ts';

export interface KeeperOptions {
  readonly ledger: Ledger;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
}

export class LedgerKeeper {
  readonly #options: KeeperOptions;
  #timer: CancelTimer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isRestored = false;
  #isStopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    options.ledger.onCount = () => this.#writeLater();
  }

  /**
   * Nothing is sent before it resolves. Rejects where the store cannot be read. `mayCount`: a connector has quotas, so it is
   * put on record that this process runs: if it ends without a last word, something more may have been sent.
   */
  async restore(mayCount: boolean): Promise<void> {
    const { ledger, store } = this.#options;
    const record = await readLedger(store);
    if (record) ledger.restore(record);
    this.#isRestored = true;
    if (mayCount && record?.isEnd !== false) await this.#write(false);
  }

  /** `isEnd`: no attempt is under way any more. */
  async stop(isEnd: boolean): Promise<void> {
    this.#isStopped = true;
    this.#timer?.();
    this.#timer = undefined;
    await this.#writing;
    if (this.#isRestored && this.#options.ledger.isUsed) await this.#write(isEnd);
  }

  #writeLater(): void {
    if (this.#timer || this.#isStopped) return;
    this.#timer = this.#options.clock.after(writePauseMs, () => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write(false));
    });
  }

  async #write(isEnd: boolean): Promise<void> {
    const { ledger, store, clock, events } = this.#options;
    try {
      await writeLedger(store, ledger.record(clock.now(), isEnd));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      events.emit({ kind: 'store-trouble', text: `the quota ledger is not kept over a restart: ${text}` });
      this.#writeLater();
    }
  }
}
