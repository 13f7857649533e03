/**
 * Blocks addresses of unknown senders by itself, where `review.block` of the configuration says so: each for a time, within a
 * number, never one of a source, on record before it counts, and to be taken back. What a person takes back is left alone for
 * thirty days.
 *
 * Input is what the review found, which strangers choose. Rejects with StoreError where the audit log or the store does not
 * take it; then nothing new is blocked, and the next look tries again.
 */
import type { ReviewBlockConfig } from '../config/keeping-schema.ts';
import type { NewAuditEntry } from '../observe/audit/entry.ts';
import type { Events } from '../observe/events.ts';
import { networkOf } from '../observe/network-of.ts';
import { KeyedState } from '../observe/traffic/keyed-state.ts';
import type { CancelTimer, Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { formatInstant, plus } from '../platform/clock.ts';
import type { Records } from '../store/records.ts';
import { StoreError } from '../store/store.ts';
import type { Finding } from './finding.ts';

const keptMax = 5_000;
const dayMs = 86_400_000;
/** What a person took back is not blocked again for so long. */
export const leftAloneMs: Milliseconds = 30 * dayMs;
/** So long it is remembered that a block has ended: attempts of before are counted until their day is over. */
const rememberedMs = 2 * dayMs;
const severities = ['note', 'warning', 'serious'] as const;

export interface ReviewBlock {
  /** The address; of IPv6 its /64, because one client chooses among all addresses of its own. */
  readonly key: string;
  readonly at: Instant;
  readonly until: Instant;
  /** Id of the finding. */
  readonly finding: string;
  /** What was found, in words. */
  readonly text: string;
  readonly ended?: { readonly at: Instant; readonly why: 'time' | 'source' | 'person'; readonly by?: string };
}

export interface OwnBlocksOptions {
  readonly clock: Clock;
  readonly events: Events;
  readonly records: Records;
  /** Absent: nothing is blocked, and what was blocked before is not any more. */
  readonly config: ReviewBlockConfig | undefined;
  /** Why it is never blocked; `undefined`: it may be. */
  readonly whySpared: (range: string) => string | undefined;
  /** Mail was taken from it, as far as the trace reaches. */
  readonly sentMail: (range: string) => Promise<boolean>;
  readonly audit: { append(entry: NewAuditEntry): Promise<unknown> };
  /** Puts these blocks in force, in place of those of before. */
  readonly apply: (blocks: readonly ReviewBlock[]) => void;
}

export class OwnBlocks implements AsyncDisposable {
  readonly #options: OwnBlocksOptions;
  readonly #state: KeyedState<ReviewBlock>;
  #turn: Promise<unknown> = Promise.resolve();
  #cancel: CancelTimer | undefined;
  #isClosed = false;

  private constructor(options: OwnBlocksOptions) {
    this.#options = options;
    this.#state = new KeyedState('review-block', keptMax, options.records);
  }

  /** What was blocked before a restart is blocked again when it resolves. */
  static async open(options: OwnBlocksOptions): Promise<OwnBlocks> {
    const blocks = new OwnBlocks(options);
    await blocks.#state.load(({ at }) => at);
    blocks.#inForce();
    return blocks;
  }

  get config(): ReviewBlockConfig | undefined {
    return this.#options.config;
  }

  /** In force now, the latest first. */
  active(): readonly ReviewBlock[] {
    if (!this.#options.config) return [];
    const now = this.#options.clock.now();
    return this.#all().filter(({ ended, until }) => ended === undefined && until > now);
  }

  /** Taken back by a person, and not to be blocked again yet. */
  leftAlone(): readonly ReviewBlock[] {
    const now = this.#options.clock.now();
    return this.#all().filter(({ ended }) => ended?.why === 'person' && plus(ended.at, leftAloneMs) > now);
  }

  /** Blocks what the review found now and what may be blocked. */
  consider(found: readonly Finding[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#tidy();
      const { config } = this.#options;
      if (!config) return;
      const left: string[] = [];
      for (const finding of found) {
        if (!this.#mayBlock(finding, config)) continue;
        if (await this.#options.sentMail(networkOf(finding.subject))) continue;
        if (this.active().length >= config.most) left.push(finding.subject);
        else await this.#block(finding, config);
      }
      if (left.length > 0) this.#tellFull(left, config.most);
    });
  }

  /** Takes a block back. `undefined`: this address is not blocked by the review. */
  lift(address: string, by: string): Promise<ReviewBlock | undefined> {
    return this.#inTurn(async () => {
      const block = this.active().find(({ key }) => key === address || key === networkOf(address));
      if (!block) return undefined;
      const at = this.#options.clock.now();
      const ended: ReviewBlock = { ...block, ended: { at, why: 'person', by } };
      this.#state.put(ended);
      await this.#flush();
      this.#inForce();
      this.#tellEnd(ended);
      return ended;
    });
  }

  /**
   * Puts what has ended on record: its time is over, or the policy has a source there now. Both count without it, at once.
   * Never rejects: where the store does not take it, the next look tries again.
   */
  async giveWay(): Promise<void> {
    try {
      await this.#inTurn(() => this.#tidy());
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const text = `the end of a block was not put on record: ${error.message}`;
      this.#options.events.emit({ kind: 'store-trouble', text });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#turn;
  }

  #all(): readonly ReviewBlock[] {
    return [...this.#state.values()].toSorted((a, b) => b.at - a.at);
  }

  #mayBlock(
    { kind, state, severity, subject, proposal, lastAt }: Finding,
    config: ReviewBlockConfig,
  ): boolean {
    if (kind !== 'unauthorised-address' || proposal.action !== 'block' || state === 'dismissed') return false;
    if (severities.indexOf(severity) < severities.indexOf(config.from)) return false;
    const key = networkOf(subject);
    const before = this.#state.get(key);
    if (before) {
      const { until, ended } = before;
      const end = ended?.at ?? until;
      const again = ended?.why === 'person' ? plus(end, leftAloneMs) : end;
      // What was counted before the block says nothing about what came of it.
      if (lastAt < again) return false;
    }
    return this.#options.whySpared(key) === undefined;
  }

  async #block({ id, subject, text }: Finding, config: ReviewBlockConfig): Promise<void> {
    const { clock, audit, events } = this.#options;
    const at = clock.now();
    const block: ReviewBlock = {
      key: networkOf(subject),
      at,
      until: plus(at, config.for),
      finding: id,
      text,
    };
    const { key, until } = block;
    await audit.append({
      by: 'relay365',
      via: 'relay',
      action: 'blockedByReview',
      object: key,
      after: { until: formatInstant(until), finding: id, text },
      result: 'ok',
    });
    this.#state.put(block);
    await this.#flush();
    this.#inForce();
    events.emit({ kind: 'address-blocked', address: key, until, finding: id, text });
  }

  /** Ends what is over, and forgets what need not be remembered. */
  async #tidy(): Promise<void> {
    const now = this.#options.clock.now();
    for (const block of this.#all()) {
      if (block.ended) this.#forgetOld(block, now);
      else if (block.until <= now) await this.#end(block, 'time', block.until);
      else if (this.#options.config && this.#options.whySpared(block.key) !== undefined)
        await this.#end(block, 'source', now);
    }
    await this.#flush();
    this.#inForce();
  }

  async #end(block: ReviewBlock, why: 'time' | 'source', at: Instant): Promise<void> {
    await this.#options.audit.append({
      by: 'relay365',
      via: 'relay',
      action: 'unblockedByReview',
      object: block.key,
      after: { why },
      result: 'ok',
    });
    const ended: ReviewBlock = { ...block, ended: { at, why } };
    this.#state.put(ended);
    this.#tellEnd(ended);
  }

  #forgetOld({ key, ended }: ReviewBlock, now: Instant): void {
    if (!ended) return;
    const keptMs = ended.why === 'person' ? leftAloneMs : rememberedMs;
    if (plus(ended.at, keptMs) <= now) this.#state.delete(key);
  }

  #tellEnd({ key, ended }: ReviewBlock): void {
    if (!ended) return;
    const { why, by } = ended;
    this.#options.events.emit({ kind: 'address-unblocked', address: key, why, ...(by ? { by } : {}) });
  }

  #tellFull(left: readonly string[], most: number): void {
    const text = `review.block.most (${most}) addresses are blocked, and these are not: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}`;
    this.#options.events.emit({ kind: 'warning', text });
  }

  /** The policy sees what is blocked now; the next end is waited for. */
  #inForce(): void {
    const { clock, apply } = this.#options;
    const active = this.active();
    apply(active);
    this.#cancel?.();
    this.#cancel = undefined;
    const next = Math.min(...active.map(({ until }) => until));
    if (active.length > 0 && !this.#isClosed)
      this.#cancel = clock.after(next - clock.now(), () => void this.giveWay());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #flush(): Promise<void> {
    while (!(await this.#state.flush())) {
      // Portion by portion, until everything is written.
    }
  }
}
