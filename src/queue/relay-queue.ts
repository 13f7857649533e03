/**
 * The queue over a store.
 *
 * - A message accepted here is born leased and waits in memory with its content, within a budget; what is
 *   beyond is only stored, and claimed when there is room. A share of each `take` goes to stored messages, so that
 *   a steady stream of new ones does not starve them.
 * - Leases of what is with us are renewed while it is; a message that another owner took over meanwhile is not
 *   written twice (`onEvent`: `lease-lost`).
 * - A settlement that the store does not take is repeated until it does, or until the queue ends: its message was
 *   delivered, and forgetting that would deliver it again. What waits so is bounded by what the caller took.
 * - An acceptance that the store reported as failed but kept all the same is closed as failed, without notice: its
 *   client was told to keep it.
 */
import type { Clock, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Accepted, Lease, QueueId } from '../message/message.ts';
import type { NewContent, Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import { WorkAlarm } from './alarm.ts';
import { Arrivals } from './arrivals.ts';
import { BornMessages } from './born.ts';
import { Holdings } from './holdings.ts';
import { Operations } from './operations.ts';
import type {
  HoldFromBirth,
  OperatorAction,
  OperatorResult,
  Queue,
  QueueEvent,
  Settlement,
  WorkItem,
} from './queue.ts';
import { Results } from './results.ts';
import { StoredWork } from './stored-work.ts';
import { operated, settled } from './transitions.ts';
import { Writes } from './writes.ts';

export interface QueueOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Name of this node; leases of its former processes end at the start, as lapsed: a clean stop has left none. */
  readonly owner: string;
  /** Tells the processes of one node apart. */
  readonly processId?: string;
  /** Octets of content, and of what goes with it, that may wait in memory. */
  readonly memoryBudgetBytes?: number;
  /** How long a dead process keeps others waiting for its work. */
  readonly leaseMs?: Milliseconds;
  /** Between two looks for what other nodes left; used where the store is shared. */
  readonly pollMs?: Milliseconds;
  /** First and longest pause before a settlement is written again. */
  readonly settleRetryMs?: { readonly initial: Milliseconds; readonly maximum: Milliseconds };
  readonly onEvent?: (event: QueueEvent) => void;
}

export async function createQueue(options: QueueOptions): Promise<Queue> {
  // What a former process of this node had in work is to be worked on again, now.
  await options.store.lapse(options.owner);
  const queue = new RelayQueue(options);
  await queue.start();
  return queue;
}

const noSources: ReadonlySet<string | undefined> = new Set();

class RelayQueue implements Queue {
  readonly store: Store;
  readonly #options: Required<Omit<QueueOptions, 'store'>>;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #born = new BornMessages();
  readonly #alarm: WorkAlarm;
  readonly #writes: Writes;
  readonly #holdings: Holdings;
  readonly #stored: StoredWork;
  readonly #arrivals: Arrivals;
  readonly #operations: Operations;
  readonly #results: Results;
  #closing: Promise<void> | undefined;

  constructor(options: QueueOptions) {
    this.store = options.store;
    this.#clock = options.clock;
    this.#options = {
      processId: options.clock.now().toString(36),
      memoryBudgetBytes: 64 * 2 ** 20,
      leaseMs: 5 * 60_000,
      pollMs: 30_000,
      settleRetryMs: { initial: 500, maximum: 30_000 },
      onEvent: () => undefined,
      ...options,
    };
    this.#owner = `${options.owner}/${this.#options.processId}`;
    this.#alarm = new WorkAlarm(options.clock);
    const { settleRetryMs: retryMs } = this.#options;
    this.#writes = new Writes({ ...this.#options, store: this.store, retryMs });
    this.#holdings = new Holdings({ ...this.#options, renew: () => this.#renew() });
    this.#stored = new StoredWork({
      ...this.#options,
      store: this.store,
      owner: this.#owner,
      retryMs: retryMs.initial,
      alarm: this.#alarm,
      holdings: this.#holdings,
      writes: this.#writes,
    });
    this.#arrivals = new Arrivals({
      memoryBudgetBytes: this.#options.memoryBudgetBytes,
      born: this.#born,
      holdings: this.#holdings,
      stored: this.#stored,
      alarm: this.#alarm,
      lease: () => this.#lease(),
    });
    this.#operations = new Operations({
      store: this.store,
      clock: this.#clock,
      holdings: this.#holdings,
      stored: this.#stored,
      arrivals: this.#arrivals,
    });
    this.#results = new Results({
      store: this.store,
      owner: this.#owner,
      writes: this.#writes,
      holdings: this.#holdings,
      stored: this.#stored,
      arrivals: this.#arrivals,
      onEvent: this.#options.onEvent,
    });
  }

  start(): Promise<void> {
    return this.#stored.start();
  }

  get bytesInMemory(): number {
    return this.#holdings.bytes;
  }

  async accept(accepted: Accepted, content: NewContent, held?: HoldFromBirth): Promise<void> {
    this.#assertOpen();
    const message = held
      ? this.#arrivals.held(accepted, content, held)
      : this.#arrivals.message(accepted, content);
    const hold = this.#arrivals.reserve(message);
    try {
      await this.store.insert(message);
    } catch (error) {
      this.#holdings.letGo(hold);
      this.#disown(accepted.id);
      throw error;
    }
    this.#arrivals.welcome(message, hold);
  }

  async take(
    limit: number,
    skipSources: ReadonlySet<string | undefined> = noSources,
  ): Promise<readonly WorkItem[]> {
    if (this.#closing !== undefined || limit <= 0) return [];
    if (!this.#stored.isDue) return this.#born.take(limit, skipSources);
    const born = this.#born.take(limit - Math.ceil(limit / 4), skipSources);
    const claimed = await this.#stored.claim(limit - born.length, skipSources).catch((error: unknown) => {
      for (const item of born) this.#born.add(item);
      throw error;
    });
    const room = limit - born.length - claimed.length;
    return [...born, ...claimed, ...this.#born.take(room, skipSources)];
  }

  onWork(listener: () => void): () => void {
    return this.#alarm.listen(listener);
  }

  async settle(item: WorkItem, settlement: Settlement): Promise<void> {
    const progress = settled(item.message.progress, settlement);
    const notices = (settlement.notices ?? []).map((notice) => this.#arrivals.notice(notice));
    try {
      const version = await this.#results.write(item, progress, null, notices);
      if (version !== undefined) this.#results.letGo({ ...item.message, progress }, version);
    } finally {
      this.#holdings.drop(item.message.accepted.id);
    }
  }

  async settlePart(item: WorkItem, settlement: Settlement): Promise<WorkItem> {
    const { id } = item.message.accepted;
    const progress = settled(item.message.progress, settlement);
    const notices = (settlement.notices ?? []).map((notice) => this.#arrivals.notice(notice));
    const lease = this.#lease();
    const version = await this.#results.write(item, progress, lease, notices);
    const holding = this.#holdings.get(id);
    if (holding !== undefined && version !== undefined) holding.version = Math.max(holding.version, version);
    const message = { ...item.message, progress, lease, version: version ?? item.message.version };
    return { ...item, message };
  }

  async release(item: WorkItem): Promise<void> {
    const { id } = item.message.accepted;
    const holding = this.#holdings.get(id);
    if (holding === undefined) return;
    // At the end one write gives all leases back.
    if (this.#closing !== undefined) return this.#holdings.drop(id);
    const { progress } = item.message;
    try {
      const change = { id, version: holding.version, progress, lease: null };
      const result = await this.store.change(change);
      if (result.kind === 'changed') this.#results.letGo(item.message, result.version);
      else this.#results.giveBack(item.message, holding.version);
    } catch (error) {
      // Others must not wait until the lease has lapsed.
      this.#options.onEvent({ kind: 'store-failed', id, error: error as Error });
      this.#results.giveBack(item.message, holding.version);
    } finally {
      this.#holdings.drop(id);
    }
  }

  async operate(
    id: QueueId,
    action: OperatorAction,
    by: string,
    patienceMs: Milliseconds = 0,
  ): Promise<OperatorResult> {
    this.#assertOpen();
    const waiting = this.#born.takeOne(id);
    const result = await this.#operations
      .perform(id, action, by, { isWaitingHere: waiting !== undefined, patienceMs })
      .catch((error: unknown) => {
        if (waiting !== undefined) this.#born.add(waiting);
        throw error;
      });
    if (waiting !== undefined) {
      if (result.kind === 'refused') this.#born.add(waiting);
      else this.#holdings.drop(id);
    }
    return result;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#alarm.stop();
    this.#arrivals.end();
    this.#holdings.end();
    this.#stored.end();
    await Promise.all([this.#writes.end(), this.#stored.idle()]);
    // Our own stop is no attempt: the work is as it was, for whoever claims it next.
    try {
      await this.store.release(this.#owner);
    } catch (error) {
      // The leases end at the next start of this node, or lapse.
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    }
    this.#holdings.clear();
  }

  #lease(): Lease {
    return { owner: this.#owner, until: plus(this.#clock.now(), this.#options.leaseMs) };
  }

  /** Nobody was told that this message is kept, so it must not be sent: if it is there, it is closed. */
  #disown(id: QueueId): void {
    this.#writes.inBackground(async () => {
      const stored = await this.store.get(id);
      // A version beyond the first was given to somebody else's message of the same id.
      if (stored === undefined || stored.version !== 1 || this.#holdings.get(id) !== undefined) return;
      const action: OperatorAction = { kind: 'delete' };
      const transition = operated(stored.progress, action, 'the queue', this.#clock.now());
      if (transition.kind === 'refused') return;
      const { progress } = transition;
      await this.store.change({ id, version: 1, progress, lease: null });
      this.#options.onEvent({ kind: 'disowned', id });
    });
  }

  #renew(): Promise<void> {
    const renewal = this.store.renew(this.#lease()).catch((error: unknown) => {
      // Two thirds of the lease are left for further tries; a lease that lapses is seen by its version.
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    });
    this.#writes.track(renewal);
    return renewal;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('closed', 'the queue is closed');
  }
}
