/**
 * Fairness between sources: whose message goes next.
 *
 * Surplus round robin (a deficit round robin that lets the last message overdraw): sources take turns, one message a turn,
 * and who sent a large one sits out turns until it is paid. So a source with ten thousand waiting messages delays
 * another's single message by one round, and a source of 25 MB scans does not take the line from one of alerts.
 * Overdrawing instead of saving up means that a single large message is not made to wait for its size.
 * Shreedhar and Varghese, "Efficient fair queuing using deficit round robin", 1995.
 */

export interface Waiting {
  /** `undefined`: our own notices. */
  readonly source: string | undefined;
  /** What shares one suspension and one bound of places: a connector, or a domain behind it. */
  readonly destination: string;
  readonly bytes: number;
}

export interface DestinationQueue<W> {
  readonly destination: string;
  readonly length: number;
  /** 0 is the oldest. */
  at(index: number): W | undefined;
}

export interface SourceLane<W> {
  readonly source: string | undefined;
  /** At most 0 between turns; below it while a large message is being paid. */
  readonly credit: number;
  readonly queues: readonly DestinationQueue<W>[];
}

export interface Ring<W> {
  readonly lanes: readonly SourceLane<W>[];
  /** Index of the lane whose turn it is. */
  readonly turn: number;
}

export interface FairPick<W> {
  readonly works: readonly W[];
  readonly credits: ReadonlyMap<SourceLane<W>, number>;
  readonly turn: number;
}

const bytesPerTurn = 64 * 1024;
/** A message costs at most this many turns, however large: a source is slowed, not shut out. */
const turnsMax = 16;

/** Turns that a message of this size costs its source. */
export function costInTurns(bytes: number): number {
  return Math.min(turnsMax, 1 + Math.floor(bytes / bytesPerTurn));
}

/**
 * The next `count` messages in fair order, of destinations that have places; changes nothing. `mayGo` is asked of those at
 * the head of their lines.
 */
export function pickFairly<W extends Waiting>(
  ring: Ring<W>,
  count: number,
  placesAt: (destination: string) => number,
  mayGo: (work: W) => boolean = () => true,
): FairPick<W> {
  const works: W[] = [];
  const credits = new Map<SourceLane<W>, number>();
  const taken = new Map<DestinationQueue<W>, number>();
  const used = new Map<string, number>();
  const size = ring.lanes.length;
  let turn = ring.turn;
  // A whole round without a message that could go ends it; a round of lanes in debt does not.
  for (let idle = 0; works.length < count && idle < size; turn = (turn + 1) % size) {
    const lane = ring.lanes[turn];
    const head =
      lane && headOf(lane, taken, used, (work, places) => places < placesAt(work.destination) && mayGo(work));
    if (!lane || !head) {
      idle++;
      continue;
    }
    idle = 0;
    const credit = (credits.get(lane) ?? lane.credit) + 1;
    if (credit <= 0) {
      credits.set(lane, credit);
      continue;
    }
    const { queue, work } = head;
    credits.set(lane, Math.min(0, credit - costInTurns(work.bytes)));
    taken.set(queue, (taken.get(queue) ?? 0) + 1);
    used.set(work.destination, (used.get(work.destination) ?? 0) + 1);
    works.push(work);
  }
  return { works, credits, turn };
}

function headOf<W extends Waiting>(
  lane: SourceLane<W>,
  taken: ReadonlyMap<DestinationQueue<W>, number>,
  used: ReadonlyMap<string, number>,
  fits: (work: W, placesUsed: number) => boolean,
): { queue: DestinationQueue<W>; work: W } | undefined {
  for (const queue of lane.queues) {
    const work = queue.at(taken.get(queue) ?? 0);
    if (work && fits(work, used.get(queue.destination) ?? 0)) return { queue, work };
  }
  return undefined;
}
