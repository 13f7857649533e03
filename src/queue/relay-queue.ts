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
import type { CancelTimer, Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Accepted, Lease, Progress, QueueId } from '../message/message.ts';
import { nextDue } from '../message/message.ts';
import { isOwnedBy } from '../store/columns.ts';
import type {
  ChangeResult,
  ClaimedMessage,
  NewContent,
  NewMessage,
  Store,
  StoredMessage,
} from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import { WorkAlarm } from './alarm.ts';
import { BornMessages, bytesOf } from './born.ts';
import { persist } from './persist.ts';
import type {
  Notice,
  OperatorAction,
  OperatorResult,
  Queue,
  QueueEvent,
  Settlement,
  WorkItem,
} from './queue.ts';
import { initialProgress, operated, settled, takenOver } from './transitions.ts';

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

/** A message that is with us: waiting in memory, or handed out. */
interface Holding {
  version: number;
  readonly bytes: number;
}

/** What is written about a message after work on it. */
interface Result {
  readonly item: WorkItem;
  readonly progress: Progress;
  readonly lease: Lease | null;
  readonly notices: readonly NewMessage[];
}

// An operator's command meets a change of its message at most this often before it gives up.
const operatorTries = 5;
/** Pause before the store is asked again for what it said is due and did not give. */
const claimAgainMs = 100;
const noSources: ReadonlySet<string | undefined> = new Set();

class RelayQueue implements Queue {
  readonly store: Store;
  readonly #options: Required<Omit<QueueOptions, 'store'>>;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #born = new BornMessages();
  readonly #holdings = new Map<QueueId, Holding>();
  readonly #alarm: WorkAlarm;
  readonly #stop = new AbortController();
  readonly #background = new Set<Promise<unknown>>();
  #bytes = 0;
  #claims = 0;
  #claiming: Promise<readonly WorkItem[]> | undefined;
  /** When `claim` may find something; `undefined`: nothing that we know of. */
  #storeDueAt: Instant | undefined;
  #cancelRenewal: CancelTimer | undefined;
  #cancelPoll: CancelTimer | undefined;
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
  }

  async start(): Promise<void> {
    this.#noteStoreDue(await this.store.nextDue());
    if (this.store.abilities.shared) this.#poll();
  }

  get bytesInMemory(): number {
    return this.#bytes;
  }

  async accept(accepted: Accepted, content: NewContent): Promise<void> {
    this.#assertOpen();
    const message = this.#newMessage(accepted, content);
    const hold = this.#reserve(message);
    try {
      await this.store.insert(message);
    } catch (error) {
      if (hold !== undefined) this.#bytes -= hold.bytes;
      this.#inBackground(this.#disown(accepted.id));
      throw error;
    }
    this.#welcome(message, hold);
  }

  async take(
    limit: number,
    skipSources: ReadonlySet<string | undefined> = noSources,
  ): Promise<readonly WorkItem[]> {
    if (this.#closing !== undefined || limit <= 0) return [];
    const storeIsDue = this.#storeDueAt !== undefined && this.#storeDueAt <= this.#clock.now();
    // One claim at a time; callers meanwhile get what is born here.
    if (!storeIsDue || this.#claiming !== undefined) return this.#born.take(limit, skipSources);
    const born = this.#born.take(limit - Math.ceil(limit / 4), skipSources);
    const claimed = await this.#claim(limit - born.length, skipSources).catch((error: unknown) => {
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
    const notices = (settlement.notices ?? []).map((notice) => this.#noticeMessage(notice));
    try {
      const version = await this.#writeWithNotices({ item, progress, lease: null, notices });
      if (version !== undefined) this.#noteStoreDue(nextDue(progress));
    } finally {
      this.#drop(item.message.accepted.id);
    }
  }

  async settlePart(item: WorkItem, settlement: Settlement): Promise<WorkItem> {
    const { id } = item.message.accepted;
    const progress = settled(item.message.progress, settlement);
    const notices = (settlement.notices ?? []).map((notice) => this.#noticeMessage(notice));
    const lease = this.#lease(this.#owner);
    const version = await this.#writeWithNotices({ item, progress, lease, notices });
    const holding = this.#holdings.get(id);
    if (holding !== undefined && version !== undefined) holding.version = version;
    const message = { ...item.message, progress, lease, version: version ?? item.message.version };
    return { ...item, message };
  }

  async release(item: WorkItem): Promise<void> {
    const { id } = item.message.accepted;
    const holding = this.#holdings.get(id);
    if (holding === undefined) return;
    // At the end one write gives all leases back.
    if (this.#closing !== undefined) return this.#drop(id);
    const { progress } = item.message;
    try {
      await this.store.change({ id, version: holding.version, progress, lease: null });
      this.#noteStoreDue(nextDue(progress));
    } catch (error) {
      // The lease lapses by itself once it is no longer renewed with the others of its claim.
      this.#options.onEvent({ kind: 'store-failed', id, error: error as Error });
      this.#inBackground(this.#giveBack(item, holding.version));
    } finally {
      this.#drop(id);
    }
  }

  async operate(id: QueueId, action: OperatorAction, by: string): Promise<OperatorResult> {
    this.#assertOpen();
    const waiting = this.#born.takeOne(id);
    const result = await this.#operateOn(id, action, by, waiting !== undefined).catch((error: unknown) => {
      if (waiting !== undefined) this.#born.add(waiting);
      throw error;
    });
    if (waiting !== undefined) {
      if (result.kind === 'refused') this.#born.add(waiting);
      else this.#drop(id);
    }
    return result;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#alarm.stop();
    this.#cancelRenewal?.();
    this.#cancelPoll?.();
    this.#stop.abort(new StoreError('closed', 'the queue is closed'));
    await Promise.allSettled([...this.#background, this.#claiming]);
    // Our own stop is no attempt: the work is as it was, for whoever claims it next.
    try {
      await this.store.release(this.#owner);
    } catch (error) {
      // They are given back at the next start of this node, or lapse.
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    }
    this.#holdings.clear();
    this.#bytes = 0;
  }

  async #operateOn(
    id: QueueId,
    action: OperatorAction,
    by: string,
    isWaitingHere: boolean,
  ): Promise<OperatorResult> {
    for (let tries = 0; tries < operatorTries; tries += 1) {
      const stored = await this.store.get(id);
      if (stored === undefined) return { kind: 'not-found' };
      if (!isWaitingHere && stored.lease !== null && stored.lease.until > this.#clock.now()) {
        return { kind: 'refused', reason: 'the message is under way: try again in a moment' };
      }
      const transition = operated(stored.progress, action, by, this.#clock.now());
      if (transition.kind === 'refused') return transition;
      const progress = this.#isInDoubt(isWaitingHere ? null : stored.lease)
        ? takenOver(transition.progress, this.#clock.now())
        : transition.progress;
      const notices = (action.kind === 'delete' ? action.notice : []).map((notice) =>
        this.#noticeMessage(notice),
      );
      const holds = notices.map((notice) => this.#reserve(notice));
      const result = await this.store
        .change({ id, version: stored.version, progress, lease: null, adds: notices })
        .catch((error: unknown) => {
          for (const hold of holds) this.#bytes -= hold?.bytes ?? 0;
          throw error;
        });
      if (result.kind === 'conflict') {
        for (const hold of holds) this.#bytes -= hold?.bytes ?? 0;
        continue;
      }
      notices.forEach((notice, index) => this.#welcome(notice, holds[index]));
      this.#noteStoreDue(nextDue(progress));
      return { kind: 'done', message: { ...stored, progress, lease: null, version: result.version } };
    }
    return { kind: 'refused', reason: 'the message keeps changing: try again in a moment' };
  }

  /** Resolves with the new version; `undefined` when another owner has the message by now. */
  async #writeWithNotices(result: Result): Promise<number | undefined> {
    const { id } = result.item.message.accepted;
    const holds = result.notices.map((notice) => this.#reserve(notice));
    const letGo = (): void => {
      for (const hold of holds) this.#bytes -= hold?.bytes ?? 0;
    };
    try {
      const version = await this.#writeResult(result);
      if (version === undefined) {
        letGo();
        this.#options.onEvent({ kind: 'lease-lost', id });
      } else {
        result.notices.forEach((notice, index) => this.#welcome(notice, holds[index]));
      }
      return version;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  async #writeResult({ item, progress, lease, notices }: Result): Promise<number | undefined> {
    const { id } = item.message.accepted;
    const known = (): number => this.#holdings.get(id)?.version ?? item.message.version;
    const write = persist<ChangeResult>(
      () => this.store.change({ id, version: known(), progress, lease, adds: notices }),
      {
        clock: this.#clock,
        initialMs: this.#options.settleRetryMs.initial,
        maximumMs: this.#options.settleRetryMs.maximum,
        signal: this.#stop.signal,
        onFailure: (error) => this.#options.onEvent({ kind: 'store-failed', id, error }),
      },
    );
    this.#track(write);
    const { value, failures } = await write;
    if (value.kind === 'changed') return value.version;
    // After a failure, a conflict may be the trace of our own write, whose answer was lost.
    const stands = failures > 0 && (await this.#stands(id, known() + 1, progress));
    return stands ? known() + 1 : undefined;
  }

  async #stands(id: QueueId, version: number, progress: Progress): Promise<boolean> {
    const stored = await this.store.get(id);
    return (
      stored !== undefined &&
      stored.version === version &&
      JSON.stringify(stored.progress) === JSON.stringify(progress)
    );
  }

  #newMessage(accepted: Accepted, content: NewContent): NewMessage {
    const progress = initialProgress(accepted.envelope.recipients.length, accepted.at);
    const bytes = bytesOf(content.kind === 'bytes' ? content.chunks : undefined);
    const fits = this.#bytes + bytes <= this.#options.memoryBudgetBytes;
    return { accepted, progress, content, lease: fits ? this.#lease(this.#owner) : null };
  }

  #noticeMessage(notice: Notice): NewMessage {
    return this.#newMessage(notice.accepted, { kind: 'bytes', chunks: notice.content });
  }

  #lease(owner: string): Lease {
    return { owner, until: plus(this.#clock.now(), this.#options.leaseMs) };
  }

  /** Counts what a message born leased takes in memory; `undefined` when it is only stored. */
  #reserve(message: NewMessage): Holding | undefined {
    if (message.lease === null) return undefined;
    const bytes = bytesOf(message.content.kind === 'bytes' ? message.content.chunks : undefined);
    this.#bytes += bytes;
    return { version: 1, bytes };
  }

  /** The message is stable: it waits here, or in the store. */
  #welcome(message: NewMessage, holding: Holding | undefined): void {
    const { accepted, progress, content, lease } = message;
    if (holding === undefined || this.#closing !== undefined) {
      if (holding !== undefined) this.#bytes -= holding.bytes;
      this.#noteStoreDue(nextDue(progress));
      return;
    }
    this.#holdings.set(accepted.id, holding);
    this.#renewLater();
    const contentRef = content.kind === 'bytes' ? ({ kind: 'inline' } as const) : content.ref;
    const stored: StoredMessage = { accepted, progress, lease, version: 1, contentRef };
    this.#born.add(
      content.kind === 'bytes' ? { message: stored, inMemory: content.chunks } : { message: stored },
    );
    this.#alarm.ring();
  }

  async #claim(limit: number, skipSources: ReadonlySet<string | undefined>): Promise<readonly WorkItem[]> {
    this.#claiming = this.#claimNow(limit, skipSources);
    try {
      return await this.#claiming;
    } finally {
      this.#claiming = undefined;
    }
  }

  async #claimNow(limit: number, skipSources: ReadonlySet<string | undefined>): Promise<readonly WorkItem[]> {
    const now = this.#clock.now();
    // Each claim has an owner of its own: if its answer is lost, what it may have taken can be given back.
    const lease = this.#lease(`${this.#owner}/${++this.#claims}`);
    this.#alarm.clear();
    this.#storeDueAt = undefined;
    try {
      const claimed = await this.store.claim({ now, lease, limit, skipSources });
      // What was passed over is still there for a caller that does not pass over it.
      if (claimed.length >= limit || skipSources.size > 0) this.#storeDueAt = now;
      if (claimed.length < limit) {
        const due = await this.store.nextDue(skipSources);
        if (due !== undefined) this.#storeDueAt = least(this.#storeDueAt, due);
        // What was due already and yet not given (another node has it by now) must not be asked for without end.
        if (due !== undefined && due <= now) this.#alarm.ringAt(plus(this.#clock.now(), claimAgainMs));
        else this.#ringFor(due);
      }
      return await this.#welcomeClaimed(claimed);
    } catch (error) {
      this.#storeDueAt = now;
      if (error instanceof StoreError) this.#inBackground(this.#releaseClaim(lease.owner));
      throw error;
    }
  }

  async #welcomeClaimed(claimed: readonly ClaimedMessage[]): Promise<readonly WorkItem[]> {
    const ours = claimed.filter((message) => this.#holdClaimed(message));
    if (!ours.some(({ lapsed }) => lapsed !== undefined)) return ours.map((message) => ({ message }));
    try {
      const items = await Promise.all(ours.map((message) => this.#takeOver(message)));
      return items.filter((item) => item !== undefined);
    } catch (error) {
      for (const { accepted } of ours) this.#drop(accepted.id);
      throw error;
    }
  }

  /** `false`: it is with us already. */
  #holdClaimed(message: StoredMessage): boolean {
    const { id } = message.accepted;
    const holding = this.#holdings.get(id);
    if (holding !== undefined) {
      // Its lease lapsed while the store failed, and we claimed it from ourselves: the work goes on.
      holding.version = message.version;
      return false;
    }
    const bytes = bytesOf(undefined);
    this.#bytes += bytes;
    this.#holdings.set(id, { version: message.version, bytes });
    this.#renewLater();
    return true;
  }

  /**
   * A doubt that the former owner left is on record before anything is tried: a next crash would add another. `undefined`:
   * somebody else has the message by now.
   */
  async #takeOver({ lapsed, ...message }: ClaimedMessage): Promise<WorkItem | undefined> {
    if (!this.#isInDoubt(lapsed ?? null)) return { message };
    const { id } = message.accepted;
    const progress = takenOver(message.progress, this.#clock.now());
    const version = await this.#writeResult({
      item: { message },
      progress,
      lease: message.lease,
      notices: [],
    });
    const holding = this.#holdings.get(id);
    if (version === undefined || holding === undefined) {
      this.#drop(id);
      return undefined;
    }
    holding.version = version;
    return { message: { ...message, progress, version } };
  }

  /**
   * Nobody knows what became of work under this lapsed lease. Of our own leases we do: what was handed out and not settled
   * is with us still.
   */
  #isInDoubt(lapsed: Lease | null): boolean {
    return lapsed !== null && !isOwnedBy(lapsed.owner, this.#owner);
  }

  async #releaseClaim(owner: string): Promise<void> {
    await this.#persistQuietly(() => this.store.release(owner));
    // Not at once: a store that cannot claim but can release would be asked without end.
    this.#alarm.ringAt(plus(this.#clock.now(), this.#options.settleRetryMs.initial));
  }

  async #giveBack(item: WorkItem, version: number): Promise<void> {
    const { accepted, progress } = item.message;
    await this.#persistQuietly(() => this.store.change({ id: accepted.id, version, progress, lease: null }));
    this.#noteStoreDue(nextDue(progress));
  }

  /** Nobody was told that this message is kept, so it must not be sent: if it is there, it is closed. */
  async #disown(id: QueueId): Promise<void> {
    await this.#persistQuietly(async () => {
      const stored = await this.store.get(id);
      // A version beyond the first was given to somebody else's message of the same id.
      if (stored === undefined || stored.version !== 1 || this.#holdings.has(id)) return;
      const action: OperatorAction = { kind: 'delete', notice: [] };
      const transition = operated(stored.progress, action, 'the queue', this.#clock.now());
      if (transition.kind === 'refused') return;
      const { progress } = transition;
      await this.store.change({ id, version: 1, progress, lease: null });
      this.#options.onEvent({ kind: 'disowned', id });
    });
  }

  /** For writes that nobody waits for; given up at the end, when all leases are given back anyway. */
  async #persistQuietly(write: () => Promise<unknown>): Promise<void> {
    try {
      await persist(write, {
        clock: this.#clock,
        initialMs: this.#options.settleRetryMs.initial,
        maximumMs: this.#options.settleRetryMs.maximum,
        signal: this.#stop.signal,
        onFailure: (error) => this.#options.onEvent({ kind: 'store-failed', error }),
      });
    } catch (error) {
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    }
  }

  #drop(id: QueueId): void {
    const holding = this.#holdings.get(id);
    if (holding === undefined) return;
    this.#holdings.delete(id);
    this.#bytes -= holding.bytes;
    if (this.#holdings.size === 0) {
      this.#cancelRenewal?.();
      this.#cancelRenewal = undefined;
    }
  }

  #noteStoreDue(at: Instant | undefined): void {
    if (at === undefined || this.#closing !== undefined) return;
    this.#storeDueAt = least(this.#storeDueAt, at);
    this.#ringFor(at);
  }

  #ringFor(at: Instant | undefined): void {
    if (at === undefined) return;
    if (at <= this.#clock.now()) this.#alarm.ring();
    else this.#alarm.ringAt(at);
  }

  #renewLater(): void {
    this.#cancelRenewal ??= this.#clock.after(this.#options.leaseMs / 3, () => {
      this.#cancelRenewal = undefined;
      this.#inBackground(this.#renew());
    });
  }

  async #renew(): Promise<void> {
    try {
      await this.store.renew(this.#lease(this.#owner));
    } catch (error) {
      // Two thirds of the lease are left for further tries; a lease that lapses is seen by its version.
      this.#options.onEvent({ kind: 'store-failed', error: error as Error });
    }
    if (this.#holdings.size > 0 && this.#closing === undefined) this.#renewLater();
  }

  #poll(): void {
    this.#cancelPoll = this.#clock.after(this.#options.pollMs, () => {
      this.#noteStoreDue(this.#clock.now());
      if (this.#closing === undefined) this.#poll();
    });
  }

  #inBackground(work: Promise<unknown>): void {
    this.#track(work);
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.then(
      () => undefined,
      () => undefined,
    );
    this.#background.add(tracked);
    void tracked.then(() => this.#background.delete(tracked));
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('closed', 'the queue is closed');
  }
}

function least(a: Instant | undefined, b: Instant): Instant {
  return a === undefined || b < a ? b : a;
}
