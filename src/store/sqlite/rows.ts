/** Between messages and the plain values that cross to the store's threads. */
import type { Instant } from '../../platform/clock.ts';
import type { Accepted, Lease, Progress } from '../../message/message.ts';
import { nextDue } from '../../message/message.ts';
import type { MessageResult } from '../columns.ts';
import {
  claimableAt,
  connectorsOf,
  eventSearchText,
  isHeld,
  messageResults,
  messageSearchText,
  priorityRank,
  resultOf,
  settledAt,
} from '../columns.ts';
import type {
  ClaimedMessage,
  ContentRef,
  EventQuery,
  EventRecord,
  MessageQuery,
  NewMessage,
  StoredMessage,
} from '../store.ts';
import { searchForm } from '../terms.ts';
import type {
  ClaimedRow,
  EventRow,
  EventsQuery,
  InsertRow,
  ListQuery,
  MessageRow,
  StateRow,
} from './operations.ts';

/** Our own notices have no source; in the queue's index they stand under the empty name. */
export function sourceKeys(sources: ReadonlySet<string | undefined> | undefined): readonly string[] {
  return sources === undefined ? [] : Array.from(sources, (source) => source ?? '');
}

/** `file`: name of the file that holds the content, or `null` when its octets travel with the batch. */
export function insertRow(message: NewMessage, file: string | null, contentBytes: number): InsertRow {
  const { accepted } = message;
  const { client, sender, recipients, words } = messageSearchText(accepted);
  return [
    accepted.id,
    accepted.at,
    accepted.source ?? null,
    priorityRank[accepted.priority],
    [accepted.content.bytes, client, sender, recipients, words],
    JSON.stringify(accepted),
    stateRow(message.progress, message.lease),
    file,
    contentBytes,
  ];
}

export function stateRow(progress: Progress, lease: Lease | null): StateRow {
  const connectors = connectorsOf(progress);
  return [
    JSON.stringify(progress),
    connectors.length === 0 ? '' : `\n${connectors.join('\n')}\n`,
    settledAt(progress) ?? null,
    resultNumber(resultOf(progress)),
    isHeld(progress) ? 1 : 0,
    nextDue(progress) ?? null,
    claimableAt(progress, lease) ?? null,
    lease?.owner ?? null,
    lease?.until ?? null,
  ];
}

function resultNumber(result: MessageResult | undefined): number | null {
  return result === undefined ? null : messageResults.indexOf(result);
}

export function storedMessage(row: MessageRow): StoredMessage {
  const [version, accepted, progress, owner, until, hasContent, file] = row;
  return {
    accepted: JSON.parse(accepted) as Accepted,
    progress: JSON.parse(progress) as Progress,
    lease: owner === null || until === null ? null : { owner, until: until as Instant },
    version,
    contentRef: contentRef(hasContent === 1, file),
  };
}

export function claimedMessage([row, owner, until]: ClaimedRow): ClaimedMessage {
  const message = storedMessage(row);
  return owner === null || until === null
    ? message
    : { ...message, lapsed: { owner, until: until as Instant } };
}

function contentRef(hasContent: boolean, file: string | null): ContentRef | undefined {
  if (!hasContent) return undefined;
  return file === null ? { kind: 'inline' } : { kind: 'file', name: file };
}

export function eventRow(event: EventRecord): EventRow {
  return [event.ref, event.at, event.kind, eventSearchText(event), JSON.stringify(event)];
}

export function listQuery(query: MessageQuery): ListQuery {
  return {
    state: query.state ?? null,
    result: query.result ?? null,
    origin: query.origin ?? null,
    source: query.source ?? null,
    connector: query.connector ?? null,
    text: query.text ?? null,
    sender: query.sender ?? null,
    recipient: query.recipient ?? null,
    client: query.client ?? null,
    waitingFor: query.waitingFor ?? null,
    inDoubt: query.inDoubt ?? null,
    bytesMin: query.bytesMin ?? null,
    bytesMax: query.bytesMax ?? null,
    from: query.acceptedFrom ?? null,
    before: query.acceptedBefore ?? null,
    cursor: query.cursor ?? null,
    order: query.order ?? 'newest',
    limit: query.limit,
  };
}

export function eventsQuery(query: EventQuery): EventsQuery {
  return {
    kind: query.kind ?? null,
    source: query.source ?? null,
    text: query.text === undefined ? null : searchForm(query.text),
    from: query.from ?? null,
    cursor: cursor(query.cursor),
    limit: query.limit,
  };
}

function cursor(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
