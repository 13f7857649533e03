/** Commands of operators, against messages that may change at the same time. */
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Progress, QueueId } from '../message/message.ts';
import { nextDue } from '../message/message.ts';
import type { ChangeResult, Store, StoredMessage } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Holdings } from './holdings.ts';
import type { Notice, OperatorAction, OperatorResult } from './queue.ts';
import type { StoredWork } from './stored-work.ts';
import { operated, takenOver } from './transitions.ts';

export interface OperationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly holdings: Holdings;
  readonly stored: StoredWork;
  readonly arrivals: Arrivals;
}

export interface Circumstances {
  /** Its lease is ours, and nobody works on it. */
  readonly isWaitingHere: boolean;
  /** How long an attempt that is under way is waited for. */
  readonly patienceMs: Milliseconds;
}

// An operator's command meets a change of its message at most this often before it gives up.
const operatorTries = 5;

export class Operations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  async perform(
    id: QueueId,
    action: OperatorAction,
    by: string,
    { isWaitingHere, patienceMs }: Circumstances,
  ): Promise<OperatorResult> {
    const { store, clock } = this.#options;
    const until = plus(clock.now(), patienceMs);
    for (let tries = 0; tries < operatorTries; tries += 1) {
      if (!isWaitingHere) await this.#attemptEnds(id, until);
      const stored = await store.get(id);
      if (stored === undefined) return { kind: 'not-found' };
      if (!isWaitingHere && this.#isUnderWay(stored)) {
        // An attempt that began meanwhile is waited for as well.
        if (this.#isHere(id) && clock.now() < until) continue;
        return { kind: 'refused', reason: 'the message is under way: try again in a moment' };
      }
      const notices = 'notices' in action ? await action.notices(stored) : [];
      const transition = operated(stored.progress, action, by, clock.now(), notices.length > 0);
      if (transition.kind === 'refused') return transition;
      const progress = this.#options.stored.isInDoubt(isWaitingHere ? null : stored.lease)
        ? takenOver(transition.progress, clock.now())
        : transition.progress;
      const result = await this.#change(stored, progress, notices);
      if (result.kind === 'conflict') continue;
      this.#options.stored.noteDue(nextDue(progress));
      const message = { ...stored, progress, lease: null, version: result.version };
      return { kind: 'done', message, notices: notices.length };
    }
    return { kind: 'refused', reason: 'the message keeps changing: try again in a moment' };
  }

  async #change(
    { accepted: { id }, version }: StoredMessage,
    progress: Progress,
    told: readonly Notice[],
  ): Promise<ChangeResult> {
    const { store, arrivals, holdings } = this.#options;
    const notices = told.map((notice) => arrivals.notice(notice));
    const holds = notices.map((notice) => arrivals.reserve(notice));
    const letGo = (): void => {
      for (const hold of holds) holdings.letGo(hold);
    };
    try {
      const result = await store.change({ id, version, progress, lease: null, adds: notices });
      if (result.kind === 'conflict') letGo();
      else notices.forEach((notice, index) => arrivals.welcome(notice, holds[index]));
      return result;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  #isHere(id: QueueId): boolean {
    return this.#options.holdings.get(id) !== undefined;
  }

  /** Also under a lease of ours that lapsed while the machine slept: the work goes on. */
  #isUnderWay({ accepted, lease }: StoredMessage): boolean {
    return this.#isHere(accepted.id) || (lease !== null && lease.until > this.#options.clock.now());
  }

  /** Resolves when the message is not with us, or at `until`. */
  #attemptEnds(id: QueueId, until: Instant): Promise<void> {
    const { holdings, clock } = this.#options;
    const leftMs = until - clock.now();
    if (!this.#isHere(id) || leftMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(leftMs, () => {
        forget();
        resolve();
      });
      const forget = holdings.onceDropped(id, () => {
        cancel();
        resolve();
      });
    });
  }
}
