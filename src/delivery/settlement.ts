/**
 * What a round of attempts makes of a message: new recipient states, and the notices that are due. Pure: the caller
 * composes the notices and writes both in one transaction.
 */
import type { Accepted, Progress, RecipientState } from '../message/message.ts';
import type { Failure, RecipientOutcome } from '../message/outcome.ts';
import type { Instant } from '../platform/clock.ts';
import { instant, plus } from '../platform/clock.ts';
import type { RetrySettings } from './back-off.ts';
import { backOffMs } from './back-off.ts';

/** What this round came to for one recipient. */
export type RecipientResult =
  | {
      readonly kind: 'attempted';
      readonly outcome: RecipientOutcome;
      readonly connector: string;
      readonly host: string;
      readonly retry: RetrySettings;
      /** The attempt led to a suspension, or met one: it says nothing about the message and is not counted. */
      readonly suspendedUntil?: Instant;
    }
  /** No attempt was made. `failure` absent: the state keeps the last one. */
  | {
      readonly kind: 'waits';
      readonly until: Instant;
      readonly retry: RetrySettings;
      readonly failure?: Failure;
      readonly mayExpire: boolean;
    };

export interface SettlementInput {
  readonly now: Instant;
  readonly accepted: Accepted;
  readonly progress: Progress;
  /** By index into the envelope; recipients without a result are left as they are. */
  readonly results: ReadonlyMap<number, RecipientResult>;
  /** In [0, 1); one for all recipients, so that those of one message stay together. */
  readonly jitter: number;
}

export interface Settled {
  readonly recipients: readonly RecipientState[];
  /** Recipients, by index, of which the sender must hear: failed or expired, delayed, relayed. */
  readonly notices: {
    readonly failed: readonly number[];
    readonly delayed: readonly number[];
    readonly relayed: readonly number[];
  };
  /** Set when a delay notice is due now; there is at most one a message. */
  readonly delayNoticeAt?: Instant;
  /** When the relay gives up on the delayed ones. */
  readonly expiresAt?: Instant;
}

type Pending = Extract<RecipientState, { kind: 'pending' }>;

export function settleRound(input: SettlementInput): Settled {
  const { now, accepted, progress, results } = input;
  const recipients = [...progress.recipients];
  const failed: number[] = [];
  const delayed: number[] = [];
  const relayed: number[] = [];
  let delayDue = false;
  let expiresAt: Instant | undefined;
  for (const [index, result] of results) {
    const before = recipients[index];
    // Held by an operator meanwhile, or final: nothing that a late result could change.
    if (before?.kind !== 'pending') continue;
    const after = nextState(before, result, input);
    recipients[index] = after;
    if (after.kind === 'failed' || after.kind === 'expired') failed.push(index);
    else if (after.kind === 'relayed') {
      if (wantsSuccess(accepted, index, result)) relayed.push(index);
    } else {
      delayed.push(index);
      delayDue ||= now >= plus(accepted.at, result.retry.delayNoticeAfter);
      expiresAt = plus(accepted.at, result.retry.expireAfter);
    }
  }
  delayDue &&= progress.delayNoticeAt === undefined;
  // RFC 3461 6.1, RFC 5321 6.1: a notice about a notice could go round for ever.
  if (accepted.isNotice) return { recipients, notices: { failed: [], delayed: [], relayed: [] } };
  return {
    recipients,
    notices: { failed, delayed: delayDue ? delayed : [], relayed },
    ...(delayDue && { delayNoticeAt: now }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function nextState(before: Pending, result: RecipientResult, input: SettlementInput): RecipientState {
  const { now, accepted, jitter } = input;
  const { retry } = result;
  const expiresAt = plus(accepted.at, retry.expireAfter);
  if (result.kind === 'waits') {
    const last = result.failure ?? before.last;
    if (result.mayExpire && now >= expiresAt) return { kind: 'expired', at: now, ...(last && { last }) };
    const notBefore = result.mayExpire ? noLaterThan(result.until, expiresAt, now) : result.until;
    return { kind: 'pending', notBefore, attempts: before.attempts, ...(last && { last }) };
  }
  const { outcome, suspendedUntil } = result;
  switch (outcome.kind) {
    case 'relayed':
      return {
        kind: 'relayed',
        at: now,
        connector: result.connector,
        host: result.host,
        reply: outcome.reply,
      };
    case 'not-tried':
      return before;
    case 'failed':
    case 'in-doubt': {
      const last = outcome.failure;
      if (outcome.kind === 'failed' && isFinal(last)) return { kind: 'failed', at: now, failure: last };
      if (now >= expiresAt) return { kind: 'expired', at: now, last };
      const counted = suspendedUntil === undefined || outcome.kind === 'in-doubt';
      const attempts = before.attempts + (counted ? 1 : 0);
      const next = counted
        ? plus(now, Math.max(last.retryAfterMs ?? 0, backOffMs(retry, attempts, jitter)))
        : afterOthers(suspendedUntil, input, retry);
      return { kind: 'pending', notBefore: noLaterThan(next, expiresAt, now), attempts, last };
    }
    default:
      return outcome satisfies never;
  }
}

/**
 * Final is what the peer, or the nature of the message, has decided. A fault of the connector (login, certificate,
 * set-up) is ours to put right whatever code it came with: it holds mail.
 */
export function isFinal(failure: Failure): boolean {
  return failure.permanence === 'permanent' && failure.scope !== 'connector';
}

/**
 * What met the suspension comes back a little later than what only waited for its end, so that another message is the
 * probe: one that fails for its own sake, in words that blame the way, must not keep the way closed for all.
 */
function afterOthers(until: Instant, { now, jitter }: SettlementInput, retry: RetrySettings): Instant {
  const later = until + (0.5 + jitter / 2) * retry.initial;
  return instant(Math.round(Math.max(until, Math.min(later, now + retry.maximum))));
}

/** The last attempt is made when the time is up, not a back-off later. */
function noLaterThan(next: Instant, expiresAt: Instant, now: Instant): Instant {
  return instant(Math.max(now, Math.min(next, expiresAt)));
}

/** RFC 3461 5.2.2: asked for by NOTIFY=SUCCESS, and not left to a next hop that took the request on. */
function wantsSuccess(accepted: Accepted, index: number, result: RecipientResult): boolean {
  if (result.kind !== 'attempted' || result.outcome.kind !== 'relayed' || result.outcome.dsnPassedOn)
    return false;
  return accepted.envelope.recipients[index]?.notify?.includes('success') ?? false;
}
