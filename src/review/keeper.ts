/**
 * The review of the log of connections: looks every half hour, keeps what it found and what people decided about it. It
 * proposes, and does nothing by itself unless it is told to (own-blocks.ts). The first look of a day judges the day before, which is whole by then.
 */
import type { Events } from '../observe/events.ts';
import type { Days } from '../observe/traffic/days.ts';
import { dayOf } from '../observe/traffic/days.ts';
import type { Habits } from '../observe/traffic/habits.ts';
import { KeyedState } from '../observe/traffic/keyed-state.ts';
import { networkOf } from '../observe/network-of.ts';
import type { CancelTimer, Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Records } from '../store/records.ts';
import { StoreError } from '../store/store.ts';
import type { AttemptsBefore } from './attempts.ts';
import { attemptsBefore, judgeAttempts } from './attempts.ts';
import type { Finding, Found } from './finding.ts';
import { keyOf } from './finding.ts';
import { merge } from './merge.ts';
import { judgeSource } from './sources.ts';

const findingsMax = 2_000;
const firstLookMs = 120_000;
export const lookMs = 1_800_000;
const dayMs = 86_400_000;
/** Days before the one that is judged, of which the usual is made. */
const usualDays = 28;

export interface ReviewOptions {
  readonly clock: Clock;
  readonly events: Events;
  readonly records: Records;
  readonly days: Pick<Days, 'between'>;
  readonly habits: Pick<Habits, 'all'>;
  readonly newId: (at: Instant) => string;
  /** A source is watched for so long before anything about it counts as unusual. */
  readonly learnMs: Milliseconds;
  /** The policy blocks this address now. */
  readonly isBlocked: (address: string) => boolean;
  /** Is given what each look finds, with what was decided; rejects with StoreError. */
  readonly onFound?: (found: readonly Finding[]) => Promise<void>;
}

export class ReviewKeeper implements AsyncDisposable {
  readonly #options: ReviewOptions;
  readonly #state: KeyedState<Finding>;
  #usual: { readonly day: string; readonly before: AttemptsBefore } | undefined;
  #reviewedAt: Instant | undefined;
  #turn: Promise<void> = Promise.resolve();
  #cancel: CancelTimer;
  #isClosed = false;

  private constructor(options: ReviewOptions) {
    this.#options = options;
    this.#state = new KeyedState('review', findingsMax, options.records);
    this.#cancel = options.clock.after(firstLookMs, () => void this.#repeat());
  }

  static async open(options: ReviewOptions): Promise<ReviewKeeper> {
    const keeper = new ReviewKeeper(options);
    await keeper.#state.load(({ lastAt }) => lastAt);
    return keeper;
  }

  /** End of the last look; absent before the first. */
  get reviewedAt(): Instant | undefined {
    return this.#reviewedAt;
  }

  /** The latest first. */
  all(): readonly Finding[] {
    return [...this.#state.values()].toSorted((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? 1 : -1));
  }

  get(id: string): Finding | undefined {
    return this.all().find((finding) => finding.id === id);
  }

  /** Written when it resolves; rejects with StoreError. `undefined`: there is no such finding. */
  async decide(
    id: string,
    decision: { readonly state: Finding['state']; readonly by: string; readonly note?: string },
  ): Promise<Finding | undefined> {
    const known = this.get(id);
    if (known === undefined) return undefined;
    const { decided: _, ...rest } = known;
    const { state, by, note } = decision;
    const decided = { by, at: this.#options.clock.now(), ...(note ? { note } : {}) };
    const after: Finding = state === 'open' ? { ...rest, state } : { ...rest, state, decided };
    this.#state.put(after);
    await this.#flush();
    return after;
  }

  /** One look; a second one waits for the first. Rejects with StoreError. */
  look(): Promise<void> {
    const turn = this.#turn.then(() => this.#look());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Forgets findings that were seen last before, with what was decided; returns how many. */
  async forget(before: Instant): Promise<number> {
    const old = this.all().filter(({ lastAt }) => lastAt < before);
    for (const { key } of old) this.#state.delete(key);
    await this.#flush();
    return old.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#turn;
  }

  async #repeat(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const text = `the review of the log waits for the store: ${error.message}`;
      this.#options.events.emit({ kind: 'store-trouble', text });
    }
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(lookMs, () => void this.#repeat());
  }

  async #look(): Promise<void> {
    const { clock, events, newId } = this.#options;
    const now = clock.now();
    const found = await this.#found(now);
    const { changed, opened } = merge(found, (key) => this.#state.get(key), { now, newId: () => newId(now) });
    for (const finding of changed) this.#state.put(finding);
    await this.#flush();
    this.#reviewedAt = now;
    for (const { id, kind, subject, severity, text, proposal, source } of opened) {
      events.emit({
        kind: 'review-finding',
        id,
        finding: kind,
        subject,
        severity,
        text,
        proposal: proposal.words,
        ...(source === undefined ? {} : { source }),
      });
    }
    await this.#options.onFound?.(found.flatMap((one) => this.#state.get(keyOf(one)) ?? []));
  }

  async #found(now: Instant): Promise<readonly Found[]> {
    const { days, habits, isBlocked, learnMs } = this.#options;
    // Within the first half hour the day before is judged.
    const judged = plus(now, -lookMs);
    const day = dayOf(judged);
    const all = habits.all();
    const [record] = await days.between(day, day);
    const context = { now, day: Math.floor(judged / dayMs), learnMs };
    const ofSources = all.flatMap((habit) => judgeSource(habit, context));
    if (record === undefined) return ofSources;
    const owners = new Map(all.flatMap(({ key, addresses }) => addresses.first.map(([name]) => [name, key])));
    const attempts = judgeAttempts(record, await this.#before(day, judged), {
      now,
      learnDays: learnMs / dayMs,
      isBlocked,
      sourceOf: (address) => owners.get(networkOf(address)),
    });
    return [...attempts, ...ofSources];
  }

  /** Days that are over change no more: their sums are made once a day. */
  async #before(day: string, judged: Instant): Promise<AttemptsBefore> {
    if (this.#usual?.day !== day) {
      const first = dayOf(plus(judged, -usualDays * dayMs));
      const records = await this.#options.days.between(first, dayOf(plus(judged, -dayMs)));
      this.#usual = { day, before: attemptsBefore(records, day) };
    }
    return this.#usual.before;
  }

  async #flush(): Promise<void> {
    while (!(await this.#state.flush())) {
      // Portion by portion, until everything is written.
    }
  }
}
