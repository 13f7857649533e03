/**
 * What engines index and search, computed from a message by pure functions, so that every engine
 * answers a query alike.
 */
import type { Instant } from '../platform/clock.ts';
import type { Accepted, Lease, Priority, Progress } from '../message/message.ts';
import { isSettled, nextDue } from '../message/message.ts';
import type { EventRecord } from './store.ts';
import { searchForm } from './terms.ts';

/** Order in which `claim` serves: the least first. */
export const priorityRank: Readonly<Record<Priority, number>> = { priority: 0, normal: 1, bulk: 2 };

/** When `claim` may take the message: it is due, and no lease stands in the way. `undefined`: never by itself. */
export function claimableAt(progress: Progress, lease: Lease | null): Instant | undefined {
  const due = nextDue(progress);
  if (due === undefined || lease === null) return due;
  return due > lease.until ? due : lease.until;
}

export function isHeld(progress: Progress): boolean {
  return progress.recipients.some((state) => state.kind === 'held');
}

/** When the last recipient became final; `undefined` while one is not. */
export function settledAt(progress: Progress): Instant | undefined {
  if (!isSettled(progress)) return undefined;
  let last = 0;
  for (const state of progress.recipients) if ('at' in state && state.at > last) last = state.at;
  return last as Instant;
}

/** What messages are found by: lines of text in search form, a line feed before and after each. */
export interface SearchText {
  readonly client: string;
  readonly sender: string;
  readonly recipients: string;
  /** All of them, and id, source, subject, Message-ID and From. */
  readonly words: string;
}

// A line of text has no line feed (RFC 5321 addresses, decoded and bounded header fields), so a
// term without one cannot match across two fields.
export function messageSearchText(accepted: Accepted): SearchText {
  const { envelope, content, client, source } = accepted;
  const sender = envelope.reversePath?.text ?? '<>';
  const recipients = envelope.recipients.map(({ address }) => address.text);
  const words = [accepted.id, source, client?.address, sender, ...recipients];
  words.push(content.subject, content.messageId, content.from);
  return {
    client: lines([client?.address]),
    sender: lines([sender]),
    recipients: lines(recipients),
    words: lines(words),
  };
}

function lines(fields: readonly (string | undefined)[]): string {
  const known = fields.filter((field) => field !== undefined);
  return known.length === 0 ? '' : `\n${searchForm(known.join('\n'))}\n`;
}

/** What came of a message, in the order that engines store it. */
export const messageResults = ['relayed', 'failed', 'expired', 'mixed'] as const;
export type MessageResult = (typeof messageResults)[number];

/** What came of at least one recipient of a settled message: `delivered` to the next hop, or `undelivered` for good. */
export type MessageOutcome = 'delivered' | 'undelivered';

/** Whether a settled message is what is asked for. */
export function fitsResult(progress: Progress, wanted: MessageResult | MessageOutcome): boolean {
  const result = resultOf(progress);
  if (wanted === 'delivered')
    return result !== undefined && progress.recipients.some(({ kind }) => kind === 'relayed');
  if (wanted === 'undelivered') return result !== undefined && result !== 'relayed';
  return result === wanted;
}

/** What came of all recipients; `undefined` while one is not final. */
export function resultOf(progress: Progress): MessageResult | undefined {
  if (!isSettled(progress)) return undefined;
  const kinds = new Set(progress.recipients.map(({ kind }) => kind));
  const [only] = kinds;
  return kinds.size === 1 ? (only as MessageResult) : 'mixed';
}

export function eventSearchText(event: EventRecord): string {
  return searchForm(
    [event.ref, event.kind, event.source ?? '', event.address ?? '', JSON.stringify(event.fields)].join('\n'),
  );
}

/** Connectors that the message went to, was tried with, or was sent to by an operator. */
export function connectorsOf(progress: Progress): readonly string[] {
  const names = new Set<string>();
  if (progress.reroute !== undefined) names.add(progress.reroute);
  for (const attempt of progress.attempts) names.add(attempt.connector);
  for (const state of progress.recipients) if (state.kind === 'relayed') names.add(state.connector);
  return [...names];
}

/** `owner` itself or a part of it: owners are paths (`node/process/claim`). */
export function isOwnedBy(leaseOwner: string, owner: string): boolean {
  return leaseOwner === owner || leaseOwner.startsWith(`${owner}/`);
}
