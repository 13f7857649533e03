/**
 * Tells a lease that another node took over from one that we took over from ourselves. A machine that slept for longer than
 * the lease (a laptop, a paused virtual machine, a clock that was set) finds its own work lapsed and claims it while it is
 * still working on it: the version of the store moves on, and nobody else has touched the message.
 */
import type { Progress, QueueId } from '../message/message.ts';
import { isOwnedBy } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import type { StoredWork } from './stored-work.ts';

export interface RegainedOptions {
  readonly store: Store;
  /** `node/process`. */
  readonly owner: string;
  readonly stored: Pick<StoredWork, 'idle'>;
}

export class Regained {
  readonly #options: RegainedOptions;

  constructor(options: RegainedOptions) {
    this.#options = options;
  }

  /**
   * The version at which a message stands that a write met in conflict. `undefined`: somebody else has it, or has done
   * something with it. `before`: the progress that the store had when the work on it began.
   */
  async version(id: QueueId, before: Progress): Promise<number | undefined> {
    const { store, owner, stored } = this.#options;
    // What a claim of ours has found is with us only when it is over.
    await stored.idle();
    const now = await store.get(id);
    if (now === undefined) return undefined;
    const isFree = now.lease === null || isOwnedBy(now.lease.owner, owner);
    return isFree && JSON.stringify(now.progress) === JSON.stringify(before) ? now.version : undefined;
  }
}
