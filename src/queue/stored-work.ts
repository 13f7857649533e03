/**
 * Work that lies in the store: when there is some, and its claim for this node. What a former owner did not give back is
 * in doubt, and its doubt is on record before the message is handed out.
 */
import type { CancelTimer, Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Lease } from '../message/message.ts';
import { isOwnedBy } from '../store/columns.ts';
import type { ClaimedMessage, Store, StoredMessage } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { WorkAlarm } from './alarm.ts';
import { bytesOf } from './born.ts';
import type { Holdings } from './holdings.ts';
import type { WorkItem } from './queue.ts';
import { takenOver } from './transitions.ts';
import type { Writes } from './writes.ts';

export interface StoredWorkOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** `node/process`. */
  readonly owner: string;
  readonly leaseMs: Milliseconds;
  readonly pollMs: Milliseconds;
  /** Pause before work is announced again whose claim failed. */
  readonly retryMs: Milliseconds;
  readonly alarm: WorkAlarm;
  readonly holdings: Holdings;
  readonly writes: Writes;
}

/** Pause before the store is asked again for what it said is due and did not give. */
const claimAgainMs = 100;

type Sources = ReadonlySet<string | undefined>;

export class StoredWork {
  readonly #options: StoredWorkOptions;
  #claims = 0;
  #claiming: Promise<readonly WorkItem[]> | undefined;
  /** When `claim` may find something; `undefined`: nothing that we know of. */
  #dueAt: Instant | undefined;
  #cancelPoll: CancelTimer | undefined;
  #ended = false;

  constructor(options: StoredWorkOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { store } = this.#options;
    this.noteDue(await store.nextDue());
    if (store.abilities.shared) this.#poll();
  }

  /** A claim may find something now. One claim at a time; callers meanwhile get what is in memory. */
  get isDue(): boolean {
    return this.#claiming === undefined && this.#dueAt !== undefined && this.#dueAt <= this.#now();
  }

  noteDue(at: Instant | undefined): void {
    if (at === undefined || this.#ended) return;
    this.#dueAt = least(this.#dueAt, at);
    this.#ringFor(at);
  }

  async claim(limit: number, skipSources: Sources): Promise<readonly WorkItem[]> {
    this.#claiming = this.#claimNow(limit, skipSources);
    try {
      return await this.#claiming;
    } finally {
      this.#claiming = undefined;
    }
  }

  /**
   * Nobody knows what became of work under this lapsed lease. Of our own leases we do: what was handed out and not settled
   * is with us still.
   */
  isInDoubt(lapsed: Lease | null | undefined): boolean {
    return lapsed !== null && lapsed !== undefined && !isOwnedBy(lapsed.owner, this.#options.owner);
  }

  /** Looks for nothing more. */
  end(): void {
    this.#ended = true;
    this.#cancelPoll?.();
  }

  /** Resolves when no claim is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#claiming]);
  }

  async #claimNow(limit: number, skipSources: Sources): Promise<readonly WorkItem[]> {
    const { store, alarm, owner, leaseMs } = this.#options;
    const now = this.#now();
    // Each claim has an owner of its own: if its answer is lost, what it may have taken can be given back.
    const lease: Lease = { owner: `${owner}/${++this.#claims}`, until: plus(now, leaseMs) };
    alarm.clear();
    this.#dueAt = undefined;
    let ours: readonly ClaimedMessage[] = [];
    try {
      const claimed = await store.claim({ now, lease, limit, skipSources });
      // Before anything else happens: what is worked on here must not look as if it had been given back.
      ours = claimed.filter((message) => this.#hold(message));
      // What was passed over is still there for a caller that does not pass over it.
      if (claimed.length >= limit || skipSources.size > 0) this.#dueAt = now;
      if (claimed.length < limit) {
        const due = await store.nextDue(skipSources);
        if (due !== undefined) this.#dueAt = least(this.#dueAt, due);
        // What was due already and yet not given (another node has it by now) must not be asked for without end.
        if (due !== undefined && due <= now) alarm.ringAt(plus(this.#now(), claimAgainMs));
        else this.#ringFor(due);
      }
      return await this.#welcome(ours);
    } catch (error) {
      for (const { accepted } of ours) this.#options.holdings.drop(accepted.id);
      this.#dueAt = now;
      if (error instanceof StoreError) this.#releaseClaim(lease.owner);
      throw error;
    }
  }

  async #welcome(ours: readonly ClaimedMessage[]): Promise<readonly WorkItem[]> {
    if (!ours.some(({ lapsed }) => lapsed !== undefined)) return ours.map((message) => ({ message }));
    const items = await Promise.all(ours.map((message) => this.#takeOver(message)));
    return items.filter((item) => item !== undefined);
  }

  /** `false`: it is with us already. */
  #hold(message: StoredMessage): boolean {
    const { holdings } = this.#options;
    const { id } = message.accepted;
    const holding = holdings.get(id);
    if (holding !== undefined) {
      // Its lease lapsed while the store failed, and we claimed it from ourselves: the work goes on.
      holding.version = message.version;
      return false;
    }
    holdings.add(id, holdings.reserve(message.version, bytesOf(undefined)));
    return true;
  }

  /**
   * A doubt that the former owner left is on record before anything is tried: a next crash would add another. `undefined`:
   * somebody else has the message by now.
   */
  async #takeOver({ lapsed, ...message }: ClaimedMessage): Promise<WorkItem | undefined> {
    if (!this.isInDoubt(lapsed)) return { message };
    const { holdings, writes } = this.#options;
    const { id } = message.accepted;
    const { lease } = message;
    const progress = takenOver(message.progress, this.#now());
    const known = (): number => holdings.get(id)?.version ?? message.version;
    const version = await writes.result({ id, version: known, progress, lease, adds: [] });
    const holding = holdings.get(id);
    if (version === undefined || holding === undefined) {
      holdings.drop(id);
      return undefined;
    }
    holding.version = version;
    return { message: { ...message, progress, version } };
  }

  #releaseClaim(owner: string): void {
    const { store, writes, alarm, retryMs } = this.#options;
    writes.inBackground(
      () => store.release(owner),
      // Not at once: a store that cannot claim but can release would be asked without end.
      () => alarm.ringAt(plus(this.#now(), retryMs)),
    );
  }

  #ringFor(at: Instant | undefined): void {
    if (at === undefined) return;
    if (at <= this.#now()) this.#options.alarm.ring();
    else this.#options.alarm.ringAt(at);
  }

  #poll(): void {
    this.#cancelPoll = this.#options.clock.after(this.#options.pollMs, () => {
      this.noteDue(this.#now());
      if (!this.#ended) this.#poll();
    });
  }

  #now(): Instant {
    return this.#options.clock.now();
  }
}

function least(a: Instant | undefined, b: Instant): Instant {
  return a === undefined || b < a ? b : a;
}
