/** Takes work from the queue while there is room for it: one call at a time, repeated when the store fails. */
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import type { Queue, WorkItem } from '../queue/queue.ts';
import { StoreError } from '../store/store.ts';
import { errorFields } from './error-fields.ts';
import type { Hand } from './hand.ts';

export interface SupplyOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly events: Events;
  readonly hand: Hand;
  readonly admit: (work: WorkItem) => void;
  /** `refill` is to be called again. */
  readonly onChange: () => void;
}

const storeRetryMs = 1_000;
/**
 * While sources are passed over, the queue may announce again and again what they have; it is asked at this pace then.
 * Short against the time that one message takes on the wire.
 */
const skipPauseMs = 20;

export class Supply {
  readonly #options: SupplyOptions;
  #mayHaveWork = true;
  #taking: Promise<void> | undefined;
  #takeAgain: CancelTimer | undefined;

  constructor(options: SupplyOptions) {
    this.#options = options;
  }

  /** There is work, or room for it. */
  mayHaveWork(): void {
    this.#mayHaveWork = true;
  }

  refill(): void {
    if (this.#taking || this.#takeAgain || !this.#mayHaveWork) return;
    const { limit, skip } = this.#options.hand.room();
    if (limit === 0) return;
    this.#mayHaveWork = false;
    this.#taking = this.#take(limit, skip).finally(() => {
      this.#taking = undefined;
      this.#options.onChange();
    });
  }

  /** Resolves when nothing more comes. */
  async end(): Promise<void> {
    this.#takeAgain?.();
    await this.#taking;
  }

  async #take(limit: number, skip: ReadonlySet<string | undefined>): Promise<void> {
    const { queue, events, admit } = this.#options;
    try {
      const works = await queue.take(limit, skip);
      if (works.length >= limit) this.#mayHaveWork = true;
      else if (skip.size > 0) this.#takeLater(skipPauseMs);
      for (const work of works) admit(work);
    } catch (error) {
      this.#mayHaveWork = true;
      const { text, stack } = errorFields(error);
      if (error instanceof StoreError)
        events.emit({ kind: 'store-trouble', text: `no work can be taken: ${text}` });
      else
        events.emit({ kind: 'fault', where: 'delivery.take', text, ...(stack !== undefined && { stack }) });
      this.#takeLater(storeRetryMs);
    }
  }

  #takeLater(pauseMs: number): void {
    this.#takeAgain?.();
    this.#takeAgain = this.#options.clock.after(pauseMs, () => {
      this.#takeAgain = undefined;
      this.#options.onChange();
    });
  }
}
