/** Commands of operators, against messages that may change at the same time. */
import type { Clock } from '../platform/clock.ts';
import type { QueueId } from '../message/message.ts';
import { nextDue } from '../message/message.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import type { Arrivals } from './arrivals.ts';
import type { Holdings } from './holdings.ts';
import type { OperatorAction, OperatorResult } from './queue.ts';
import type { StoredWork } from './stored-work.ts';
import { operated, takenOver } from './transitions.ts';

export interface OperationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly holdings: Holdings;
  readonly stored: StoredWork;
  readonly arrivals: Arrivals;
}

// An operator's command meets a change of its message at most this often before it gives up.
const operatorTries = 5;

export class Operations {
  readonly #options: OperationsOptions;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** `isWaitingHere`: its lease is ours, and nobody works on it. */
  async perform(
    id: QueueId,
    action: OperatorAction,
    by: string,
    isWaitingHere: boolean,
  ): Promise<OperatorResult> {
    for (let tries = 0; tries < operatorTries; tries += 1) {
      const stored = await this.#options.store.get(id);
      if (stored === undefined) return { kind: 'not-found' };
      if (!isWaitingHere && this.#isUnderWay(stored)) {
        return { kind: 'refused', reason: 'the message is under way: try again in a moment' };
      }
      const transition = operated(stored.progress, action, by, this.#options.clock.now());
      if (transition.kind === 'refused') return transition;
      const progress = this.#options.stored.isInDoubt(isWaitingHere ? null : stored.lease)
        ? takenOver(transition.progress, this.#options.clock.now())
        : transition.progress;
      const notices = ('notice' in action ? action.notice : []).map((notice) =>
        this.#options.arrivals.notice(notice),
      );
      const holds = notices.map((notice) => this.#options.arrivals.reserve(notice));
      const result = await this.#options.store
        .change({ id, version: stored.version, progress, lease: null, adds: notices })
        .catch((error: unknown) => {
          for (const hold of holds) this.#options.holdings.letGo(hold);
          throw error;
        });
      if (result.kind === 'conflict') {
        for (const hold of holds) this.#options.holdings.letGo(hold);
        continue;
      }
      notices.forEach((notice, index) => this.#options.arrivals.welcome(notice, holds[index]));
      this.#options.stored.noteDue(nextDue(progress));
      return { kind: 'done', message: { ...stored, progress, lease: null, version: result.version } };
    }
    return { kind: 'refused', reason: 'the message keeps changing: try again in a moment' };
  }

  /** Also under a lease of ours that lapsed while the machine slept: the work goes on. */
  #isUnderWay({ accepted, lease }: StoredMessage): boolean {
    const { holdings, clock } = this.#options;
    return holdings.get(accepted.id) !== undefined || (lease !== null && lease.until > clock.now());
  }
}
