/** What delivery has in hand: a message taken from the queue, and the attempts it is made into. */
import type { AttemptRecord, Priority, QueueId, TraceEntry } from '../message/message.ts';
import type { WorkItem } from '../queue/queue.ts';
import type { RecipientResult } from './settlement.ts';

/** One attempt to be made: some recipients of one message, by one connector, to one destination. */
export interface Part {
  readonly item: HandItem;
  readonly connector: string;
  readonly destination: string;
  readonly recipients: readonly number[];
  readonly explanation: string;
  readonly source: string | undefined;
  readonly priority: Priority;
  readonly bytes: number;
  /** Suspended destinations that this attempt probes. */
  readonly probes: string[];
  /** It tries whether its sender, whom the connector refused, may send again. */
  probesSender?: boolean;
  /** Under way: no longer in a waiting list. */
  begun: boolean;
  /** The content could not be read: the outcome then says nothing about peer or message. */
  contentFault?: Error;
}

/** What has come of an item and is not yet written. */
export interface Round {
  readonly results: Map<number, RecipientResult>;
  readonly attempts: AttemptRecord[];
  readonly notes: TraceEntry[];
  inDoubt: number;
}

export class HandItem {
  /** Replaced when a part of the result was written. */
  work: WorkItem;
  /** Parts waiting or under way. */
  readonly parts = new Set<Part>();
  round: Round = newRound();
  /** Connectors that failed in this round, by recipient; made when the first fails. */
  tried: Map<number, Set<string>> | undefined;
  /** What a recipient falls back to when its fallback is never begun. */
  readonly provisional = new Map<number, RecipientResult>();
  writing = false;
  /** How often the way had changed when this was taken in hand, or its only attempt began. */
  wayAt = 0;
  /** Called when the item is out of our hands. */
  onDone: (() => void) | undefined;

  constructor(work: WorkItem) {
    this.work = work;
  }

  get id(): QueueId {
    return this.work.message.accepted.id;
  }

  get source(): string | undefined {
    return this.work.message.accepted.source;
  }

  /** Takes what is to be written now and begins anew. */
  takeRound(): Round {
    const { round } = this;
    this.round = newRound();
    return round;
  }

  /** A part is taken back before it was begun: an earlier result of its recipients stands. */
  withdraw(part: Part): void {
    this.parts.delete(part);
    for (const index of part.recipients) {
      const result = this.provisional.get(index);
      if (result) this.round.results.set(index, result);
    }
  }

  markTried(index: number, connector: string): void {
    this.tried ??= new Map();
    const names = this.tried.get(index) ?? new Set();
    names.add(connector);
    this.tried.set(index, names);
  }
}

function newRound(): Round {
  return { results: new Map(), attempts: [], notes: [], inDoubt: 0 };
}
