/** Who works on what, and what comes next, in the memory engine: over the rows that are not settled. */
import type { Instant } from '../../platform/clock.ts';
import type { Lease } from '../../message/message.ts';
import { claimableAt, isOwnedBy, priorityRank } from '../columns.ts';
import type { ClaimedMessage, Store } from '../store.ts';
import type { Row } from './row.ts';
import { stored } from './row.ts';

export type ClaimRequest = Parameters<Store['claim']>[0];
type Sources = ReadonlySet<string | undefined> | undefined;

export function claimed(active: Iterable<Row>, request: ClaimRequest): readonly ClaimedMessage[] {
  const found: { readonly row: Row; readonly at: Instant }[] = [];
  for (const row of active) {
    if (request.skipSources?.has(row.accepted.source)) continue;
    const at = claimableAt(row.progress, row.lease);
    if (at !== undefined && at <= request.now) found.push({ row, at });
  }
  found.sort(
    (a, b) =>
      priorityRank[a.row.accepted.priority] - priorityRank[b.row.accepted.priority] ||
      a.at - b.at ||
      a.row.seq - b.row.seq,
  );
  return found.slice(0, request.limit).map(({ row }) => {
    const lapsed = row.lease;
    row.version += 1;
    row.lease = request.lease;
    return lapsed === null ? stored(row) : { ...stored(row), lapsed };
  });
}

export function nextClaimable(active: Iterable<Row>, skipSources: Sources): Instant | undefined {
  let next: Instant | undefined;
  for (const row of active) {
    if (skipSources?.has(row.accepted.source)) continue;
    const at = claimableAt(row.progress, row.lease);
    if (at !== undefined && (next === undefined || at < next)) next = at;
  }
  return next;
}

/** Of this owner and of all below it; versions stay. */
export function replaceLeases(
  active: Iterable<Row>,
  owner: string,
  replace: (lease: Lease) => Lease | null,
): void {
  for (const row of active) {
    if (row.lease !== null && isOwnedBy(row.lease.owner, owner)) row.lease = replace(row.lease);
  }
}
