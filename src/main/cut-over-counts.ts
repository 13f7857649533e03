/** Whom the mode of a cut-over told to come back. Bounded: whoever is unknown decides how many senders there are. */
import type { RelayEvent } from '../observe/events.ts';

/** Pairs of address and sender; more are counted as so many. */
export const sendersMax = 5_000;

export interface CutOverDeferred {
  /** Recipients of MAIL transactions that were answered 451; a client that comes back is counted again. */
  readonly recipients: number;
  /** Different senders, of an address each; at most `sendersMax`. */
  readonly senders: number;
}

export class CutOverCounts {
  #recipients = 0;
  readonly #senders = new Set<string>();

  note(event: RelayEvent): void {
    if (event.kind !== 'refused' || event.rule !== 'cut-over') return;
    this.#recipients += 1;
    if (this.#senders.size < sendersMax) this.#senders.add(`${event.address} ${event.sender ?? ''}`);
  }

  get current(): CutOverDeferred {
    return { recipients: this.#recipients, senders: this.#senders.size };
  }

  clear(): void {
    this.#recipients = 0;
    this.#senders.clear();
  }
}
