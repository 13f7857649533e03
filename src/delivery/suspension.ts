/**
 * Suspension of a connector, or of one domain behind an `mx` connector.
 *
 * When what fails is the way and not the message (a refused connection, a wrong password, a certificate that does not
 * verify), trying every waiting message would cost each of them an attempt and tell nothing new. After a few such failures
 * in a row the way is closed, with reason and end; then one message probes it, and its outcome opens it or closes it for
 * longer, up to `retry.maximum`. A configuration fault is in the same case: it holds mail and alarms, it does not bounce it.
 */
import type { DeliveryOutcome, Failure } from '../message/outcome.ts';
import type { Instant } from '../platform/clock.ts';
import { clockStepLeastMs, plus } from '../platform/clock.ts';
import type { RetrySettings } from './back-off.ts';
import { backOffMs } from './back-off.ts';

/**
 * Failures in a row that close the way. One may be a chance; with four connections open, four attempts find out
 * at the same time. Equal or not does not matter: a list of hosts fails with alternating codes.
 */
export const failuresBeforeSuspension = 3;

export type Suspension =
  | { readonly kind: 'open'; readonly failures: number }
  | {
      readonly kind: 'suspended';
      readonly since: Instant;
      readonly until: Instant;
      /** When `until` was chosen; absent: not known. */
      readonly asOf?: Instant;
      readonly failure: Failure;
      /** How often it was closed without having been open in between. */
      readonly rounds: number;
      readonly probing: boolean;
    }
  /** By an operator, until an operator ends it. */
  | { readonly kind: 'stopped'; readonly since: Instant; readonly reason: string };

export const open: Suspension = { kind: 'open', failures: 0 };

export type Gate =
  | { readonly kind: 'open' }
  /** One attempt may find out whether the way works again. */
  | { readonly kind: 'probe'; readonly underWay: boolean; readonly failure: Failure }
  /** `sender`: for this sender only. */
  | { readonly kind: 'closed'; readonly until: Instant; readonly failure: Failure; readonly sender?: string }
  | { readonly kind: 'stopped'; readonly reason: string };

const openGate: Gate = { kind: 'open' };

export function gateOf(suspension: Suspension, now: Instant): Gate {
  if (suspension.kind === 'open') return openGate;
  if (suspension.kind === 'stopped') return { kind: 'stopped', reason: suspension.reason };
  const { until, failure, probing } = suspension;
  return until > now && !isOfTheFuture(suspension, now)
    ? { kind: 'closed', until, failure }
    : { kind: 'probe', underWay: probing, failure };
}

/**
 * The clock was set back since the end was chosen. Nobody can say how much of the pause is left, and by the clock it may
 * be hours, so it is over.
 */
export function isOfTheFuture({ asOf }: { readonly asOf?: Instant }, now: Instant): boolean {
  return asOf !== undefined && asOf > plus(now, clockStepLeastMs);
}

/** The stricter of two: what is stopped, what is closed longer, then what is probed. */
export function stricter(a: Gate, b: Gate): Gate {
  if (a.kind === 'stopped') return a;
  if (b.kind === 'stopped') return b;
  if (a.kind === 'closed') return b.kind === 'closed' && b.until > a.until ? b : a;
  if (b.kind === 'closed' || a.kind === 'open') return b;
  return b.kind === 'probe' && b.underWay ? b : a;
}

/** What an attempt says about the way it went. */
export type Evidence =
  | { readonly kind: 'works' }
  | { readonly kind: 'broken'; readonly level: 'connector' | 'destination'; readonly failure: Failure }
  | { readonly kind: 'none' };

export function evidenceOf(outcome: DeliveryOutcome): Evidence {
  let evidence: Evidence = { kind: 'none' };
  for (const recipient of outcome.recipients) {
    if (recipient.kind === 'relayed') return { kind: 'works' };
    if (recipient.kind === 'not-tried' || evidence.kind === 'broken') continue;
    const level = brokenLevel(recipient.failure);
    evidence = level ? { kind: 'broken', level, failure: recipient.failure } : { kind: 'works' };
  }
  return evidence;
}

/** The failure concerns the way and would meet any message that goes it. */
export function isAboutTheWay(failure: Failure): boolean {
  return brokenLevel(failure) !== undefined;
}

/** A refusal of a recipient or of the content shows that the way works: the peer has spoken with us about it. */
function brokenLevel({ scope, stage, aboutTheWay }: Failure): 'connector' | 'destination' | undefined {
  // Told for one recipient it need not be about the next, whatever scope the words have.
  if (stage === 'rcpt' && !aboutTheWay) return undefined;
  return scope === 'connector' || scope === 'destination' ? scope : undefined;
}

export interface Circumstances {
  readonly now: Instant;
  readonly retry: RetrySettings;
  /** In [0, 1). */
  readonly jitter: number;
}

export function probeStarted(suspension: Suspension): Suspension {
  return suspension.kind === 'suspended' ? { ...suspension, probing: true } : suspension;
}

/**
 * The state after an attempt; `wasProbe`: it was the one that `probeStarted` announced. `failuresBefore`: failures in a row
 * that close the way.
 */
export function afterAttempt(
  suspension: Suspension,
  evidence: Evidence,
  wasProbe: boolean,
  { now, retry, jitter }: Circumstances,
  failuresBefore = failuresBeforeSuspension,
): Suspension {
  if (suspension.kind === 'stopped') return suspension;
  if (evidence.kind === 'works') return open;
  if (suspension.kind === 'suspended') {
    // Attempts that were under way when the way was closed say what is known already.
    if (!wasProbe) return suspension;
    if (evidence.kind === 'none') return { ...suspension, probing: false };
    const rounds = suspension.rounds + 1;
    const until = plus(now, pauseMs(evidence.failure, backOffMs(retry, rounds, jitter)));
    return { ...suspension, until, asOf: now, rounds, probing: false, failure: evidence.failure };
  }
  if (evidence.kind === 'none') return suspension;
  const failures = suspension.failures + 1;
  const { retryAfterMs } = evidence.failure;
  if (failures < failuresBefore && retryAfterMs === undefined) return { kind: 'open', failures };
  const until = plus(now, pauseMs(evidence.failure, backOffMs(retry, 1, jitter)));
  return {
    kind: 'suspended',
    since: now,
    until,
    asOf: now,
    failure: evidence.failure,
    rounds: 1,
    probing: false,
  };
}

/** What the other side asked for counts beyond our own bound. */
function pauseMs({ retryAfterMs = 0 }: Failure, ownMs: number): number {
  return Math.max(retryAfterMs, ownMs);
}
