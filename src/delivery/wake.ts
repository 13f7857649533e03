/**
 * Mail that waits because of the configuration (no route, a suspended connector) is due at once when the configuration
 * changes, and not a back-off later; and what waits longer than it was meant to, because the clock was set back, does not.
 */
import type { Progress, QueueId, RecipientState } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { afterSetBack } from '../queue/clock-set-back.ts';
import type { OperatorAction, Queue } from '../queue/queue.ts';
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

/** Which waiting messages are acted on, how, and in whose name. */
export interface Wake {
  readonly by: string;
  readonly action: Extract<OperatorAction, { kind: 'retry' | 'clock-set-back' }>;
  readonly waits: (progress: Progress, now: Instant) => boolean;
}

/** For what concerns the way: a changed policy, a connector that is used again. */
export function wakeOfTheWay(by: string): Wake {
  return {
    by,
    action: { kind: 'retry' },
    waits: ({ recipients }, now) => recipients.some((state) => waitsForTheWay(state, now)),
  };
}

/** Pauses that lie in what became the future when the time of day was set back. */
export const wakeAfterSetBack: Wake = {
  by: 'relay365',
  action: { kind: 'clock-set-back' },
  waits: (progress, now) => afterSetBack(progress, now) !== undefined,
};

/**
 * Goes through the queue page by page; returns how many messages it woke. What somebody works on is left alone. Stops when the
 * signal is aborted.
 */
export async function wakeWaiting(
  queue: Queue,
  now: Instant,
  wake: Wake,
  signal: AbortSignal,
): Promise<number> {
  const { waits } = wake;
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
      ({ progress, lease }) => !(lease && lease.until > now) && waits(progress, now),
    );
    const ids = waiting.map(({ accepted }) => accepted.id);
    woken += await inGroups(ids, signal, async (id) => (await act(queue, id, wake)) === 'done');
    ({ cursor } = page);
  } while (cursor !== undefined && !signal.aborted);
  return woken;
}

async function act(queue: Queue, id: QueueId, { action, by }: Wake): Promise<string> {
  return (await queue.operate(id, action, by)).kind;
}

/** For how many of them `wake` said yes. */
async function inGroups(
  ids: readonly QueueId[],
  signal: AbortSignal,
  wake: (id: QueueId) => Promise<boolean>,
): Promise<number> {
  let woken = 0;
  for (let from = 0; from < ids.length && !signal.aborted; from += atATime) {
    const results = await Promise.all(ids.slice(from, from + atATime).map(wake));
    woken += results.filter(Boolean).length;
  }
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
  readonly #wanted = new Set<Wake['action']['kind']>();
  #wayChanges = 0;
  #lastOfTheWay: Wake | undefined;
  readonly #missed: QueueId[] = [];

  constructor(options: WakesOptions) {
    this.#options = options;
  }

  /** How often the way has changed. */
  get wayChanges(): number {
    return this.#wayChanges;
  }

  begin(wake: Wake): void {
    const { kind } = wake.action;
    if (kind === 'retry') {
      this.#wayChanges += 1;
      this.#lastOfTheWay = wake;
    }
    if (this.#wanted.has(kind)) return;
    this.#wanted.add(kind);
    const { queue, clock } = this.#options;
    this.#next(async () => {
      this.#wanted.delete(kind);
      await wakeWaiting(queue, clock.now(), wake, this.#stop.signal);
    });
  }

  /** The way changed while this message was under way: the walk left it alone, and what it waits for now may be over. */
  missed(id: QueueId): void {
    this.#missed.push(id);
    if (this.#missed.length > 1) return;
    this.#next(async () => {
      const wake = this.#lastOfTheWay;
      if (wake) await inGroups(this.#missed.splice(0), this.#stop.signal, (one) => this.#wake(one, wake));
    });
  }

  async #wake(id: QueueId, wake: Wake): Promise<boolean> {
    const { queue, clock } = this.#options;
    const stored = await queue.store.get(id);
    if (!stored || !wake.waits(stored.progress, clock.now())) return false;
    return (await act(queue, id, wake)) === 'done';
  }

  #next(work: () => Promise<void>): void {
    this.#waking = this.#waking.then(work).catch((error: unknown) => {
      const text = `waiting mail was not woken: ${errorFields(error).text}`;
      this.#options.events.emit({ kind: 'store-trouble', text });
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
