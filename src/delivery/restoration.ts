/** Nothing is sent before this is known: what an operator has stopped, and what was sent before the restart. */
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import { errorFields } from './error-fields.ts';

export interface RestorationOptions {
  readonly clock: Clock;
  readonly events: Events;
  /** Reads it all from the store; called again a second after it rejected. */
  readonly read: () => Promise<void>;
  readonly onDone: () => void;
}

const storeRetryMs = 1_000;

export class Restoration {
  readonly #of: RestorationOptions;
  #state: 'reading' | 'done' | 'stopped' = 'reading';
  #again: CancelTimer | undefined;

  constructor(of: RestorationOptions) {
    this.#of = of;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  start(): void {
    void this.#read();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#again?.();
  }

  async #read(): Promise<void> {
    const { clock, events, read, onDone } = this.#of;
    try {
      await read();
      if (this.#state === 'stopped') return;
      this.#state = 'done';
      onDone();
    } catch (error) {
      if (this.#state === 'stopped') return;
      const text = `suspensions by operators and quotas used cannot be read, nothing is sent until they are: ${errorFields(error).text}`;
      events.emit({ kind: 'store-trouble', text });
      this.#again = clock.after(storeRetryMs, () => void this.#read());
    }
  }
}
