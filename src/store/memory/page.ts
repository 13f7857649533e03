import type { Page } from '../store.ts';

export type Order = 'newest' | 'oldest' | 'largest' | 'smallest';

interface Ordered {
  readonly seq: number;
  readonly bytes?: number;
}

/** One page of rows that stand in order of insertion; the cursor is the place of the last row. */
export function pageOf<T extends Ordered>(
  rows: readonly T[],
  query: { readonly order?: Order; readonly limit: number; readonly cursor?: string },
): Page<T> {
  const { order = 'newest', cursor } = query;
  const compare = comparison(order);
  const from = cursor === undefined ? undefined : placeOf(cursor);
  const rest = rows.filter((row) => from === undefined || compare(row, from) > 0).sort(compare);
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined
    ? { items, cursor: isBySize(order) ? `${last.bytes ?? 0}:${last.seq}` : String(last.seq) }
    : { items };
}

function isBySize(order: Order): boolean {
  return order === 'largest' || order === 'smallest';
}

function comparison(order: Order): (a: Ordered, b: Ordered) => number {
  const sign = order === 'newest' || order === 'largest' ? -1 : 1;
  if (!isBySize(order)) return (a, b) => sign * (a.seq - b.seq);
  return (a, b) => sign * ((a.bytes ?? 0) - (b.bytes ?? 0) || a.seq - b.seq);
}

function placeOf(cursor: string): Ordered {
  const [bytes, seq] = cursor.includes(':') ? cursor.split(':') : ['0', cursor];
  return { seq: Number(seq), bytes: Number(bytes) };
}
