/** Filters of the API as the store understands them. Pure; what does not fit is a problem. */
import type { z } from 'zod';
import type { MessageFilter } from '../../../contract/schemas.ts';
import type { messageQuery } from '../../../contract/schemas.ts';
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { MessageQuery } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { present } from '../views.ts';

export function storeFilter(filter: MessageFilter): Omit<MessageQuery, 'limit'> {
  const { from, before, ...rest } = filter;
  return present({ ...rest, acceptedFrom: instantOf(from), acceptedBefore: instantOf(before) });
}

export function instantOf(moment: string | undefined): Instant | undefined {
  return moment === undefined ? undefined : instant(Date.parse(moment));
}

export function storeQuery(query: z.output<typeof messageQuery>): MessageQuery {
  const { order, limit, cursor, ...filter } = query;
  const isBySize = order === 'largest' || order === 'smallest';
  if (cursor !== undefined && cursor.includes(':') !== isBySize) {
    throw new Problem(400, 'Bad request', 'the cursor is of a list in another order; begin anew');
  }
  return { ...storeFilter(filter), order, limit, ...present({ cursor }) };
}
