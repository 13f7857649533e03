/** The last searches that were used: kept in this browser, for each account apart. Saved ones are kept by the relay. */
import { useSyncExternalStore } from 'react';
import type { MessageFilters } from './message-filters.ts';

/** Filters as they stand in the address, without order and what is open. */
export type SearchFilters = Readonly<Record<string, string>>;

const recentMax = 10;
const known = new Map<string, readonly SearchFilters[]>();
const listeners = new Set<() => void>();

export function useRecentSearches(account: string): readonly SearchFilters[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(account),
  );
}

export function noteSearch(account: string, filters: SearchFilters): void {
  const recent = read(account);
  const key = keyOf(filters);
  if (recent[0] && keyOf(recent[0]) === key) return;
  const others = recent.filter((one) => keyOf(one) !== key);
  write(account, [filters, ...others].slice(0, recentMax));
}

export function searchOf(filters: MessageFilters): SearchFilters {
  const { order: _order, open: _open, ...rest } = filters;
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** `Invoice · failed · last day`: what tells a search from the others. */
export function wordsOf(filters: SearchFilters): string {
  return Object.entries(filters)
    .map(([name, value]) => (name === 'text' ? value : `${titles.get(name) ?? name} ${value}`))
    .join(' · ');
}

const titles = new Map([
  ['waitingFor', 'waits for'],
  ['inDoubt', 'in doubt'],
  ['bytesMin', 'octets at least'],
  ['bytesMax', 'octets at most'],
]);

const keyOf = (filters: SearchFilters): string =>
  JSON.stringify(Object.entries(filters).toSorted(([a], [b]) => a.localeCompare(b)));
const placeOf = (account: string): string => `relay365.searches.${account}`;

function read(account: string): readonly SearchFilters[] {
  const had = known.get(account);
  if (had) return had;
  const found = stored(account);
  known.set(account, found);
  return found;
}

function stored(account: string): readonly SearchFilters[] {
  try {
    const { recent } = JSON.parse(localStorage.getItem(placeOf(account)) ?? '{}') as {
      readonly recent?: unknown;
    };
    return Array.isArray(recent) ? recent.filter(isFilters) : [];
  } catch {
    // Storage may be forbidden, or hold what somebody else wrote.
    return [];
  }
}

function isFilters(value: unknown): value is SearchFilters {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}

function write(account: string, recent: readonly SearchFilters[]): void {
  known.set(account, recent);
  try {
    localStorage.setItem(placeOf(account), JSON.stringify({ recent }));
  } catch {
    // Storage may be full or forbidden; the searches then hold until the page is left.
  }
  for (const listener of listeners) listener();
}
