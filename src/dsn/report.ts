/** What a delivery status notification is made from. */
import type { NewId } from '../platform/random.ts';
import type { Instant } from '../platform/clock.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { Accepted, RecipientState } from '../message/message.ts';
import type { Failure } from '../message/outcome.ts';
import type { Reply } from '../message/reply.ts';

/** To be queued with the result that caused it: a `Notice` of the queue. */
export interface ComposedNotice {
  readonly accepted: Accepted;
  readonly content: readonly Uint8Array[];
}

/** RFC 3464 2.3.3, as far as a relay uses it. */
export type DsnAction = 'failed' | 'delayed' | 'relayed';

export interface DsnRequest {
  readonly accepted: Accepted;
  readonly action: DsnAction;
  /** The recipients that it is about; for `relayed` only those whose next hop takes no NOTIFY (RFC 3461 5.2.3). */
  readonly recipients: readonly RecipientReport[];
  /** The first octets of the content as stored, as many as `originalBytes` asks for; absent: the content is gone. */
  readonly original?: Uint8Array;
  readonly hostname: string;
  /** Who a notice to this address comes from, and why, for its trace; absent: `postmaster@hostname`. */
  readonly senderFor?: (to: Mailbox) => { readonly from: Mailbox; readonly why: string } | undefined;
  readonly now: Instant;
  readonly newId: NewId;
}

export interface RecipientReport {
  /** Index into the envelope. */
  readonly index: number;
  readonly state: RecipientState;
  /** Next hop of the last attempt, as `DeliveryOutcome.host` gives it. */
  readonly host?: string;
  readonly lastAttemptAt?: Instant;
  /** When we shall give up; for `delayed`. */
  readonly willRetryUntil?: Instant;
}

export function failureOf(state: RecipientState): Failure | undefined {
  if (state.kind === 'failed') return state.failure;
  return state.kind === 'relayed' ? undefined : state.last;
}

export function replyOf(state: RecipientState): Reply | undefined {
  return state.kind === 'relayed' ? state.reply : failureOf(state)?.reply;
}

/** RFC 3463, its class agreeing with the action; an expired message is `4.4.7`, delivery time expired. */
export function statusOf(state: RecipientState, action: DsnAction): string {
  if (action === 'relayed') return ofClass('2', replyOf(state)?.enhanced ?? '2.0.0');
  if (state.kind === 'expired') return '4.4.7';
  const failure = failureOf(state);
  const status = failure?.reply?.enhanced ?? failure?.status ?? '5.0.0';
  return ofClass(action === 'failed' ? '5' : '4', status);
}

function ofClass(digit: string, status: string): string {
  const detail = /^[245]\.(\d{1,3}\.\d{1,3})$/.exec(status)?.[1];
  return `${digit}.${detail ?? '0.0'}`;
}

/** `host:port` without the port, which says nothing to a reader and has no place in a report (RFC 3464 2.3.5). */
export function hostOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
