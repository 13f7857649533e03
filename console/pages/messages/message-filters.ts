/** Filters of the list of messages as they stand in the address, and the query that they come to. Pure. */
import type { MessageFilter } from '../../../contract/schemas/messages.ts';
import type { SavedFilter } from '../../../contract/schemas/searches.ts';
import type { Values } from '../../app/filters.ts';
import { numberFilter, oneOf, textFilter } from '../../app/filters.ts';

export const spans = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 } as const;

export const messageFilters = {
  text: textFilter,
  sender: textFilter,
  recipient: textFilter,
  client: textFilter,
  status: oneOf(
    'waiting',
    'held',
    'settled',
    'relayed',
    'failed',
    'expired',
    'mixed',
    'delivered',
    'undelivered',
  ),
  origin: oneOf('client', 'relay'),
  source: textFilter,
  connector: textFilter,
  waitingFor: textFilter,
  inDoubt: oneOf('yes', 'no'),
  bytesMin: numberFilter,
  bytesMax: numberFilter,
  last: oneOf('hour', 'day', 'week', 'month'),
  from: textFilter,
  before: textFilter,
  order: oneOf('newest', 'oldest', 'largest', 'smallest'),
  open: textFilter,
};

export type MessageFilters = Values<typeof messageFilters>;

/** Begin of a span that ends now, rounded down to the minute. */
export const since = (last: keyof typeof spans, now: Date): string =>
  new Date(Math.floor((now.getTime() - spans[last]) / 60_000) * 60_000).toISOString();

/** Rounded down to the minute, so that the same list is not asked for under ever new times. */
export function toQuery(filters: MessageFilters, now: Date): Partial<MessageFilter> {
  const { last, ...rest } = toSaved(filters);
  return last === undefined ? rest : { ...rest, from: since(last, now) };
}

/** As the relay keeps a search: a span stays one, and begins anew whenever the search is used. */
export function toSaved(filters: MessageFilters): SavedFilter {
  const { status, order: _order, open: _open, from, before, ...rest } = filters;
  const range = filters.last === undefined ? { from, before } : {};
  const all = { ...rest, ...range, ...stateOf(status) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** As a search stands in the address. */
export function fromSaved({ state, result, ...rest }: SavedFilter): Readonly<Record<string, string>> {
  const status = result ?? (state === 'active' ? 'waiting' : state);
  const all = Object.entries({ ...rest, status }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}

function stateOf(status: MessageFilters['status']): Pick<Partial<MessageFilter>, 'state' | 'result'> {
  switch (status) {
    case undefined:
      return {};
    case 'waiting':
      return { state: 'active' };
    case 'held':
    case 'settled':
      return { state: status };
    case 'relayed':
    case 'failed':
    case 'expired':
    case 'mixed':
    case 'delivered':
    case 'undelivered':
      return { state: 'settled', result: status };
    default:
      return status satisfies never;
  }
}
