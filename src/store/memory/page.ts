import type { Page } from '../store.ts';

/** One page of rows that stand in order of insertion; the cursor is the last row's number. */
export function pageOf<T extends { readonly seq: number }>(
  rows: readonly T[],
  query: { readonly order?: 'newest' | 'oldest'; readonly limit: number; readonly cursor?: string },
): Page<T> {
  const oldestFirst = query.order === 'oldest';
  const ordered = oldestFirst ? rows : rows.toReversed();
  const from = query.cursor === undefined ? undefined : Number(query.cursor);
  const rest =
    from === undefined ? ordered : ordered.filter((row) => (oldestFirst ? row.seq > from : row.seq < from));
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined ? { items, cursor: String(last.seq) } : { items };
}
