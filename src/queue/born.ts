/**
 * Messages that were accepted here and wait for delivery in memory, with their contents, under a budget. By
 * priority; within one, a message of each source in turn, in order of arrival.
 */
import type { Priority, QueueId } from '../message/message.ts';
import type { WorkItem } from './queue.ts';

// What a waiting message costs beside its content: envelope, facts, bookkeeping.
const itemBytes = 2048;

type Source = string | undefined;
type Waiting = Map<Source, Map<QueueId, WorkItem>>;

export class BornMessages {
  readonly #waiting: Readonly<Record<Priority, Waiting>> = {
    priority: new Map(),
    normal: new Map(),
    bulk: new Map(),
  };

  add(item: WorkItem): void {
    const { id, source, priority } = item.message.accepted;
    const waiting = this.#waiting[priority];
    let ofSource = waiting.get(source);
    if (ofSource === undefined) {
      ofSource = new Map();
      waiting.set(source, ofSource);
    }
    ofSource.set(id, item);
  }

  take(limit: number, skipSources: ReadonlySet<Source>): WorkItem[] {
    const taken: WorkItem[] = [];
    for (const waiting of [this.#waiting.priority, this.#waiting.normal, this.#waiting.bulk]) {
      takeInTurn(waiting, limit, skipSources, taken);
    }
    return taken;
  }

  /** Takes one out of turn, for an operator. */
  takeOne(id: QueueId): WorkItem | undefined {
    for (const waiting of Object.values(this.#waiting)) {
      for (const [source, ofSource] of waiting) {
        const item = ofSource.get(id);
        if (item === undefined) continue;
        ofSource.delete(id);
        if (ofSource.size === 0) waiting.delete(source);
        return item;
      }
    }
    return undefined;
  }
}

function takeInTurn(
  waiting: Waiting,
  limit: number,
  skipSources: ReadonlySet<Source>,
  taken: WorkItem[],
): void {
  for (let found = true; found && taken.length < limit;) {
    found = false;
    for (const [source, ofSource] of waiting) {
      if (taken.length >= limit) return;
      if (skipSources.has(source)) continue;
      for (const [id, item] of ofSource) {
        ofSource.delete(id);
        taken.push(item);
        found = true;
        break;
      }
      if (ofSource.size === 0) waiting.delete(source);
    }
  }
}

/** Octets counted for an item while it is with us. */
export function bytesOf(chunks: readonly Uint8Array[] | undefined): number {
  let bytes = itemBytes;
  for (const chunk of chunks ?? []) bytes += chunk.length;
  return bytes;
}
