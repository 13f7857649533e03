/** A message as the memory engine holds it, and which queries it answers. */
import type { Accepted, Lease, Progress } from '../../message/message.ts';
import { isSettled } from '../../message/message.ts';
import { connectorsOf, isHeld, searchForm } from '../columns.ts';
import type { ContentRef, MessageQuery, StoredMessage } from '../store.ts';

export interface Row {
  readonly seq: number;
  readonly accepted: Accepted;
  readonly search: string;
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

export function matches(row: Row, query: MessageQuery): boolean {
  const settled = isSettled(row.progress);
  if (query.state === 'settled' && !settled) return false;
  if (query.state === 'active' && settled) return false;
  if (query.state === 'held' && !isHeld(row.progress)) return false;
  if (query.source !== undefined && row.accepted.source !== query.source) return false;
  if (query.connector !== undefined && !connectorsOf(row.progress).includes(query.connector)) return false;
  if (query.text !== undefined && !row.search.includes(searchForm(query.text))) return false;
  if (query.acceptedFrom !== undefined && row.accepted.at < query.acceptedFrom) return false;
  return query.acceptedBefore === undefined || row.accepted.at < query.acceptedBefore;
}
