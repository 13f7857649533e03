/** A message as the memory engine holds it, and which queries it answers. */
import type { Accepted, Lease, Progress } from '../../message/message.ts';
import { isSettled } from '../../message/message.ts';
import type { SearchText } from '../columns.ts';
import { connectorsOf, fitsResult, isHeld } from '../columns.ts';
import { waitsFor } from '../queue-groups.ts';
import type { ContentRef, MessageQuery, StoredMessage } from '../store.ts';
import { parseTerms, TermMatcher } from '../terms.ts';

export interface Row {
  readonly seq: number;
  readonly accepted: Accepted;
  readonly search: SearchText;
  progress: Progress;
  lease: Lease | null;
  version: number;
  content: readonly Buffer[] | undefined;
  contentRef: ContentRef | undefined;
}

export function stored(row: Row): StoredMessage {
  const { accepted, progress, lease, version, contentRef } = row;
  return { accepted, progress, lease, version, contentRef };
}

export function refName(ref: ContentRef): string {
  return ref.kind === 'file' ? ref.name : '';
}

export function sameRef(a: ContentRef | undefined, b: ContentRef): boolean {
  return a !== undefined && a.kind === b.kind && refName(a) === refName(b);
}

/** Whether a message fits a query; the terms are read once for all. */
export function matcher(query: MessageQuery): (row: Row) => boolean {
  const fields = [
    ['words', query.text],
    ['sender', query.sender],
    ['recipients', query.recipient],
    ['client', query.client],
  ] as const;
  const wanted = fields.flatMap(([field, text]) => {
    const terms = text === undefined ? [] : parseTerms(text);
    return terms.length === 0 ? [] : [{ field, terms: new TermMatcher(terms) }];
  });
  return (row) => matches(row, query) && wanted.every(({ field, terms }) => terms.fits(row.search[field]));
}

function matches(row: Row, query: MessageQuery): boolean {
  const { accepted, progress } = row;
  const settled = isSettled(progress);
  const { waitingFor, result, connector, bytesMin = 0, bytesMax = Infinity } = query;
  if (query.state === 'settled' && !settled) return false;
  if (query.state === 'active' && settled) return false;
  if (query.state === 'held' && !isHeld(progress)) return false;
  if (result !== undefined && !fitsResult(progress, result)) return false;
  if (query.origin !== undefined && (query.origin === 'client') !== (accepted.client !== undefined))
    return false;
  if (waitingFor !== undefined && !progress.recipients.some((state) => waitsFor(state)?.code === waitingFor))
    return false;
  if (query.inDoubt !== undefined && (query.inDoubt === 'yes') !== progress.inDoubt > 0) return false;
  if (query.source !== undefined && accepted.source !== query.source) return false;
  if (connector !== undefined && !connectorsOf(progress).includes(connector)) return false;
  if (accepted.content.bytes < bytesMin || accepted.content.bytes > bytesMax) return false;
  if (query.acceptedFrom !== undefined && accepted.at < query.acceptedFrom) return false;
  return query.acceptedBefore === undefined || accepted.at < query.acceptedBefore;
}
