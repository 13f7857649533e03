/**
 * The quota ledger: what mailboxes, applications and tenants have sent within the windows that Microsoft 365 counts by.
 *
 * What an attempt counts for is reserved when it begins and counted when it ends, because the other side counts at a moment
 * in between: a message that was long on its way has left our window only after it has left theirs. Messages count however
 * the attempt ended, since a refused one counts there as well; recipients if they were handed over or may have been. Counts belong to their owner and not to a connector:
 * connectors that share a mailbox or a tenant share them, and a change of the configuration leaves them.
 */
import type { Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';
import type { Forecast, QuotaLevel } from './forecast.ts';
import { forecastOf, levelOf } from './forecast.ts';
import type { Load } from './load.ts';
import type { Quota } from './quota.ts';
import { quotaKey, windows } from './quota.ts';
import type { LedgerRecord } from './record.ts';
import { SlidingWindow } from './window.ts';

export type Admission =
  | { readonly kind: 'send' }
  /** `quota`: the one that has room last. `isUsed`: it is used up, and not only claimed by attempts under way. */
  | {
      readonly kind: 'wait';
      readonly until: Instant;
      readonly quota: Quota;
      readonly isUsed: boolean;
      /** What the other side said, where it is by its count and not by ours. */
      readonly said?: string;
    };

/** The ledger is written this long after something was counted, and at the end. */
export const writePauseMs = 2_000;
/** Bulk mail leaves the rest of what is counted by the hour and by the day to the others. */
export const bulkShare = 0.8;
/**
 * Counted in addition for a process that ended without having written: of the day and the hour this share of the limit,
 * or twice what was counted between two writes at most; of shorter windows the whole limit.
 */
const lossShare = 0.01;

const send: Admission = { kind: 'send' };

/** The other side said that the limit is reached: its count wins over ours. */
export interface Refusal {
  readonly since: Instant;
  /** Then one message tries it. */
  readonly until: Instant;
  /** How often it was said without anything being taken in between. */
  readonly rounds: number;
  readonly text: string;
}

interface Account {
  readonly window: SlidingWindow;
  /** Of attempts under way. */
  reserved: number;
  level: QuotaLevel;
  refusal: Refusal | undefined;
  /** Most counted between two writes, and counted since the last. */
  most: number;
  since: number;
}

export class Ledger {
  readonly #accounts = new Map<string, Account>();
  #restored: LedgerRecord | undefined;
  /** Called when something was counted. */
  onCount: (() => void) | undefined;

  /** Counts of a process before. To be called before anything is counted. */
  restore(record: LedgerRecord): void {
    this.#restored = record;
    this.#accounts.clear();
  }

  /** A connector with quotas was used or looked at, or there is a record of one. */
  get isUsed(): boolean {
    return this.#accounts.size > 0 || this.#restored !== undefined;
  }

  admit(quotas: readonly Quota[], { priority, counts }: Load, now: Instant): Admission {
    let wait: Extract<Admission, { kind: 'wait' }> | undefined;
    for (const quota of quotas) {
      const share = priority === 'bulk' && isLong(quota) ? bulkShare : 1;
      const limit = Math.max(1, Math.floor(quota.limit * share));
      // What is larger than the whole limit goes when nothing else was sent: nobody but the server can say more.
      const need = Math.min(limit, counts[quota.counts]);
      if (need === 0) continue;
      const { window, reserved, refusal } = this.#account(quota, now);
      if (refusal && (refusal.until > now || reserved > 0)) {
        const isUsed = refusal.until > now;
        const until = isUsed ? refusal.until : plus(now, 1_000);
        if (!wait || until > wait.until) wait = { kind: 'wait', until, quota, isUsed, said: refusal.text };
        continue;
      }
      if (window.total(now) + reserved + need <= limit) continue;
      const room = Math.max(0, limit - need - reserved);
      // With attempts under way alone in the way, their end decides; looked at again soon.
      const isUsed = window.total(now) + need > limit;
      const until = isUsed ? window.fallsTo(room, now) : plus(now, 1_000);
      if (!wait || until > wait.until) wait = { kind: 'wait', until, quota, isUsed };
    }
    return wait ?? send;
  }

  /** An attempt begins. */
  begin(quotas: readonly Quota[], { counts }: Load, now: Instant): void {
    for (const quota of quotas) {
      const count = counts[quota.counts];
      if (count > 0) this.#account(quota, now).reserved += count;
    }
  }

  /** It has ended: `handedOver` is the part of `load` that was relayed or is in doubt. Returns what is taken of again. */
  end(quotas: readonly Quota[], load: Load, handedOver: Load, now: Instant): readonly Quota[] {
    const freed: Quota[] = [];
    for (const quota of quotas) {
      if (load.counts[quota.counts] === 0) continue;
      const account = this.#account(quota, now);
      const isMessages = quota.counts === 'messages';
      const taken = isMessages ? handedOver.counts.recipients : handedOver.counts[quota.counts];
      if (account.refusal && account.refusal.until <= now && taken > 0) {
        account.refusal = undefined;
        freed.push(quota);
        this.onCount?.();
      }
      account.reserved -= load.counts[quota.counts];
      this.#add(account, (isMessages ? load : handedOver).counts[quota.counts], now);
    }
    return freed;
  }

  /** The other side says that this is used up: nothing counts for it before `waitMs.least`, doubled at each time up to `most`. */
  refuse(
    quota: Quota,
    text: string,
    waitMs: { readonly least: number; readonly most: number },
    now: Instant,
  ): void {
    const account = this.#account(quota, now);
    const before = account.refusal;
    // What was under way together says it together.
    if (before && before.until > now) return;
    const rounds = (before?.rounds ?? 0) + 1;
    const pause = Math.min(waitMs.most, waitMs.least * 2 ** Math.min(rounds - 1, 20));
    account.refusal = { since: before?.since ?? now, until: plus(now, pause), rounds, text };
    this.onCount?.();
  }

  /** By an operator: to be tried again now. */
  reopen(quota: Quota, now: Instant): void {
    const account = this.#account(quota, now);
    if (!account.refusal) return;
    account.refusal = undefined;
    this.onCount?.();
  }

  /** The other side has said that it is used up, and its time is not over. */
  isRefused(quota: Quota, now: Instant): boolean {
    return (this.#account(quota, now).refusal?.until ?? now) > now;
  }

  forecast(quota: Quota, now: Instant): Forecast {
    const { window, reserved, refusal } = this.#account(quota, now);
    return forecastOf(window, reserved, quota, now, refusal);
  }

  /**
   * The level, where it is worse than the one told last; told anew after it has sunk well below. `isRefused`: there was no
   * room for a message, which with many recipients is so before the last one is used.
   */
  worsened(quota: Quota, now: Instant, isRefused: boolean): Exclude<QuotaLevel, 'free'> | undefined {
    const account = this.#account(quota, now);
    const before = account.level;
    account.level =
      isRefused || this.isRefused(quota, now)
        ? 'exhausted'
        : levelOf(account.window.total(now), quota.limit, before);
    if (account.level === 'free' || before === 'exhausted' || account.level === before) return undefined;
    return account.level;
  }

  /** What is to be written; `isEnd`: nothing is counted after it. */
  record(now: Instant, isEnd: boolean): LedgerRecord {
    const accounts: LedgerRecord['accounts'][number][] = [];
    const names = new Set(this.#accounts.keys());
    for (const [key, account] of this.#accounts) {
      account.most = Math.max(account.most, account.since);
      account.since = 0;
      const filled = account.window.filled(now);
      const { most, refusal } = account;
      if (filled.length > 0 || refusal) accounts.push({ key, filled, most, ...(refusal && { refusal }) });
    }
    // Of connectors that were not used since the start, as they were.
    const untouched = this.#restored?.accounts.filter(({ key }) => !names.has(key)) ?? [];
    return { at: now, isEnd, gapMs: writePauseMs, accounts: [...accounts, ...untouched] };
  }

  #add(account: Account, count: number, now: Instant): void {
    if (count === 0) return;
    account.window.add(now, count);
    account.since += count;
    this.onCount?.();
  }

  #account(quota: Quota, now: Instant): Account {
    const key = quotaKey(quota);
    let account = this.#accounts.get(key);
    if (account) return account;
    account = {
      window: new SlidingWindow(windows[quota.window]),
      reserved: 0,
      level: 'free',
      refusal: undefined,
      most: 0,
      since: 0,
    };
    this.#accounts.set(key, account);
    if (this.#restored) restoreInto(account, quota, this.#restored, now);
    return account;
  }
}

/** By the hour or the day: too long to wait for in memory. */
export function isLong({ window }: Quota): boolean {
  return window === 'hour' || window === 'day';
}

function restoreInto(account: Account, quota: Quota, record: LedgerRecord, now: Instant): void {
  const before = record.accounts.find(({ key }) => key === quotaKey(quota));
  if (before) account.window.restore(before.filled, now);
  account.refusal = before?.refusal;
  if (record.isEnd || quota.limit === Infinity) return;
  const { bucketMs } = windows[quota.window];
  const used = account.window.total(now);
  const lost = isLong(quota)
    ? Math.max(Math.ceil(quota.limit * lossShare), 2 * (before?.most ?? 0))
    : Math.max(0, quota.limit - used);
  // What was counted and not written happened soon after the last write.
  account.window.restore([[Math.floor((record.at + record.gapMs) / bucketMs), lost]], now);
}
