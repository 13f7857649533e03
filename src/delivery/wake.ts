/**
 * Mail that waits because of the configuration (no route, a suspended connector) is due at once when the configuration
 * changes, and not a back-off later.
 */
import type { RecipientState } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { Queue } from '../queue/queue.ts';
import { errorFields } from './error-fields.ts';

const pageSize = 500;
/** Messages woken at a time: one commit of the store serves them all, and intake is not kept waiting behind more. */
const atATime = 64;

/** A changed policy may help: the last thing that happened concerns the way and not the message. */
export function waitsForTheWay(state: RecipientState, now: Instant): boolean {
  if (state.kind !== 'pending' || state.notBefore <= now) return false;
  const { last } = state;
  return last?.scope === 'connector' || last?.aboutTheSender === true || last?.exhausted !== undefined;
}

/** Goes through the queue page by page; returns how many messages it woke. Stops when the signal is aborted. */
export async function wakeWaiting(
  queue: Queue,
  now: Instant,
  by: string,
  signal: AbortSignal,
): Promise<number> {
  let woken = 0;
  let cursor: string | undefined;
  do {
    const page = await queue.store.list({
      state: 'active',
      order: 'oldest',
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const waiting = page.items.filter(
      ({ progress, lease }) =>
        !(lease && lease.until > now) && progress.recipients.some((state) => waitsForTheWay(state, now)),
    );
    for (let from = 0; from < waiting.length && !signal.aborted; from += atATime) {
      const results = await Promise.all(
        waiting
          .slice(from, from + atATime)
          .map(({ accepted }) => queue.operate(accepted.id, { kind: 'retry' }, by)),
      );
      woken += results.filter(({ kind }) => kind === 'done').length;
    }
    ({ cursor } = page);
  } while (cursor !== undefined && !signal.aborted);
  return woken;
}

export interface WakesOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly events: Events;
}

/** One walk through the queue at a time; a change during a walk makes another. */
export class Wakes {
  readonly #options: WakesOptions;
  readonly #stop = new AbortController();
  #waking: Promise<void> = Promise.resolve();
  #isWanted = false;

  constructor(options: WakesOptions) {
    this.#options = options;
  }

  begin(by: string): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#waking = this.#waking.then(async () => {
      this.#isWanted = false;
      const { queue, clock, events } = this.#options;
      try {
        await wakeWaiting(queue, clock.now(), by, this.#stop.signal);
      } catch (error) {
        const text = `waiting mail was not woken: ${errorFields(error).text}`;
        events.emit({ kind: 'store-trouble', text });
      }
    });
  }

  stop(): void {
    this.#stop.abort(new Error('delivery stops'));
  }

  /** Resolves when no walk is under way. */
  idle(): Promise<void> {
    return this.#waking;
  }
}
