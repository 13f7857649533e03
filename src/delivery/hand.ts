/**
 * The messages that delivery holds at a time. Their number is bounded, and so is each source's share: a source may hold as
 * many as there is room left for all others together (dynamic thresholds, Choudhury and Hahne 1998). One flood
 * gets half of the room, two get a third each, and there is always room for whoever comes next.
 */
import type { QueueId } from '../message/message.ts';
import type { HandItem } from './part.ts';

const sourceShareMin = 16;
const batchMax = 256;

export interface Room {
  /** How many messages to take now; 0: none. */
  readonly limit: number;
  /** Sources that have their share in hand. */
  readonly skip: ReadonlySet<string | undefined>;
}

export class Hand {
  readonly #max: number;
  readonly #items = new Map<QueueId, HandItem>();
  readonly #bySource = new Map<string | undefined, number>();
  readonly #skip = new Set<string | undefined>();

  constructor(messagesMax: number) {
    this.#max = messagesMax;
  }

  get size(): number {
    return this.#items.size;
  }

  get items(): Iterable<HandItem> {
    return this.#items.values();
  }

  get(id: QueueId): HandItem | undefined {
    return this.#items.get(id);
  }

  add(item: HandItem): void {
    this.#items.set(item.id, item);
    const count = (this.#bySource.get(item.source) ?? 0) + 1;
    this.#bySource.set(item.source, count);
    if (count >= this.#shareOfSource()) this.#skip.add(item.source);
  }

  /** `true`: its source was passed over and is no longer, so there may be work again. */
  remove(item: HandItem): boolean {
    if (!this.#items.delete(item.id)) return false;
    const count = (this.#bySource.get(item.source) ?? 1) - 1;
    if (count > 0) this.#bySource.set(item.source, count);
    else this.#bySource.delete(item.source);
    // Half of the share: so that a flood is fetched in batches and not one by one.
    return count <= this.#shareOfSource() / 2 && this.#skip.delete(item.source);
  }

  /** Small remainders are left until they are worth a call. */
  room(): Room {
    const free = this.#max - this.size;
    const worthwhile = free >= Math.min(batchMax, this.#max / 8);
    return { limit: worthwhile ? Math.min(batchMax, free) : 0, skip: this.#skip };
  }

  /**
   * Whether one more message may wait for a destination where `waiting` do already. Beyond it the message goes back to the
   * store for a while, so that what a slow next hop has piled up does not fill the hand of the fast ones. Half of a
   * source's share, so that it is reached before its source is passed over altogether.
   */
  mayWait(waiting: number): boolean {
    return waiting < Math.max(sourceShareMin, (this.#max - this.size) / 2);
  }

  #shareOfSource(): number {
    return Math.max(sourceShareMin, this.#max - this.size);
  }
}
