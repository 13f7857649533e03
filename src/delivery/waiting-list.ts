/** What waits for one connector, kept so that fair order and removal cost nothing that grows with its length. */
import type { Priority } from '../message/message.ts';
import type { DestinationQueue, FairPick, Ring, SourceLane, Waiting } from './fair-order.ts';

export const priorities: readonly Priority[] = ['priority', 'normal', 'bulk'];

export interface PrioritisedWaiting extends Waiting {
  readonly priority: Priority;
}

/** First in, first out, without moving what is behind. */
class Fifo<W> implements DestinationQueue<W> {
  readonly destination: string;
  #items: (W | undefined)[] = [];
  #head = 0;

  constructor(destination: string) {
    this.destination = destination;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  at(index: number): W | undefined {
    return this.#items[this.#head + index];
  }

  push(work: W): void {
    this.#items.push(work);
  }

  shift(): void {
    this.#items[this.#head++] = undefined;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Takes one out of the middle; `false` when it is not here. */
  remove(work: W): boolean {
    const index = this.#items.indexOf(work, this.#head);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    return true;
  }

  rest(): W[] {
    return this.#items.slice(this.#head) as W[];
  }
}

class Lane<W extends Waiting> implements SourceLane<W> {
  readonly source: string | undefined;
  credit = 0;
  readonly queues: Fifo<W>[] = [];

  constructor(source: string | undefined) {
    this.source = source;
  }

  push(work: W): void {
    let queue = this.queues.find((one) => one.destination === work.destination);
    if (!queue) {
      queue = new Fifo(work.destination);
      this.queues.push(queue);
    }
    queue.push(work);
  }

  /** Takes the oldest of a destination away; the destination then goes behind the others of this source. */
  shift(destination: string): void {
    const index = this.queues.findIndex((one) => one.destination === destination);
    const queue = this.queues[index];
    if (!queue) return;
    queue.shift();
    if (queue.length > 0 && this.queues.length === 1) return;
    this.queues.splice(index, 1);
    if (queue.length > 0) this.queues.push(queue);
  }

  remove(work: W): boolean {
    const index = this.queues.findIndex((one) => one.destination === work.destination);
    const queue = this.queues[index];
    if (!queue?.remove(work)) return false;
    if (queue.length === 0) this.queues.splice(index, 1);
    return true;
  }
}

class LaneRing<W extends Waiting> implements Ring<W> {
  readonly lanes: Lane<W>[] = [];
  turn = 0;
  readonly #bySource = new Map<string | undefined, Lane<W>>();

  push(work: W): void {
    let lane = this.#bySource.get(work.source);
    if (!lane) {
      lane = new Lane(work.source);
      this.#bySource.set(work.source, lane);
      // Behind all others of the round: just before the one whose turn it is.
      this.lanes.splice(this.turn, 0, lane);
      this.turn = (this.turn + 1) % this.lanes.length;
    }
    lane.push(work);
  }

  apply(pick: FairPick<W>): void {
    for (const work of pick.works) this.#bySource.get(work.source)?.shift(work.destination);
    for (const [lane, credit] of pick.credits) (lane as Lane<W>).credit = credit;
    this.turn = pick.turn;
    for (const work of pick.works) this.#dropEmpty(work.source);
  }

  remove(work: W): boolean {
    const isHere = this.#bySource.get(work.source)?.remove(work) ?? false;
    if (isHere) this.#dropEmpty(work.source);
    return isHere;
  }

  /** A source that has nothing waiting leaves, and its debt with it. */
  #dropEmpty(source: string | undefined): void {
    const lane = this.#bySource.get(source);
    if (!lane || lane.queues.length > 0) return;
    const index = this.lanes.indexOf(lane);
    this.lanes.splice(index, 1);
    this.#bySource.delete(source);
    if (index < this.turn) this.turn--;
    if (this.turn >= this.lanes.length) this.turn = 0;
  }
}

export class WaitingList<W extends PrioritisedWaiting> {
  #rings = newRings<W>();
  readonly #byDestination = new Map<string, number>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Highest priority first. */
  get rings(): readonly Ring<W>[] {
    return this.#rings;
  }

  waitingAt(destination: string): number {
    return this.#byDestination.get(destination) ?? 0;
  }

  push(work: W): void {
    this.#rings[priorities.indexOf(work.priority)]?.push(work);
    this.#count(work.destination, 1);
  }

  /** Takes away what was picked from the ring of this index. */
  apply(ring: number, pick: FairPick<W>): void {
    this.#rings[ring]?.apply(pick);
    for (const work of pick.works) this.#count(work.destination, -1);
  }

  /** Takes one out, wherever it stands; `false` when it is not here. */
  remove(work: W): boolean {
    const isHere = this.#rings[priorities.indexOf(work.priority)]?.remove(work) ?? false;
    if (isHere) this.#count(work.destination, -1);
    return isHere;
  }

  /** Takes everything out, oldest first within a source. */
  drain(): W[] {
    const all = this.#rings.flatMap((ring) =>
      ring.lanes.flatMap((lane) => lane.queues.flatMap((q) => q.rest())),
    );
    this.#rings = newRings();
    this.#byDestination.clear();
    this.#length = 0;
    return all;
  }

  #count(destination: string, change: 1 | -1): void {
    const count = this.waitingAt(destination) + change;
    if (count > 0) this.#byDestination.set(destination, count);
    else this.#byDestination.delete(destination);
    this.#length += change;
  }
}

function newRings<W extends PrioritisedWaiting>(): LaneRing<W>[] {
  return priorities.map(() => new LaneRing<W>());
}
