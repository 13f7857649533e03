/**
 * Searches that were saved under a name, and the last ones that were used. Kept in this browser, for each account apart:
 * an address that is passed on is the way to share one.
 */
import { useSyncExternalStore } from 'react';
import type { MessageFilters } from './message-filters.ts';

/** Filters as they stand in the address, without order and what is open. */
export type SearchFilters = Readonly<Record<string, string>>;

export interface SavedSearch {
  readonly name: string;
  readonly filters: SearchFilters;
}

interface Searches {
  readonly saved: readonly SavedSearch[];
  readonly recent: readonly SearchFilters[];
}

const recentMax = 10;
const savedMax = 50;
const none: Searches = { saved: [], recent: [] };
const known = new Map<string, Searches>();
const listeners = new Set<() => void>();

export function useSearches(account: string): Searches {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => read(account),
  );
}

export function saveSearch(account: string, search: SavedSearch): void {
  const { saved, recent } = read(account);
  const others = saved.filter(({ name }) => name !== search.name);
  const all = [...others, search].toSorted((a, b) => a.name.localeCompare(b.name));
  write(account, { saved: all.slice(0, savedMax), recent });
}

export function forgetSearch(account: string, name: string): void {
  const { saved, recent } = read(account);
  write(account, { saved: saved.filter((search) => search.name !== name), recent });
}

export function noteSearch(account: string, filters: SearchFilters): void {
  const { saved, recent } = read(account);
  const key = keyOf(filters);
  if (recent[0] && keyOf(recent[0]) === key) return;
  const others = recent.filter((one) => keyOf(one) !== key);
  write(account, { saved, recent: [filters, ...others].slice(0, recentMax) });
}

export function searchOf(filters: MessageFilters): SearchFilters {
  const { order: _order, open: _open, ...rest } = filters;
  const entries = Object.entries(rest).filter(
    (entry): entry is [string, NonNullable<(typeof entry)[1]>] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

/** `Invoice · failed · last day`: what tells a search from the others. */
export function wordsOf(filters: SearchFilters): string {
  return Object.entries(filters)
    .map(([name, value]) => (name === 'text' ? value : `${titles.get(name) ?? name} ${value}`))
    .join(' · ');
}

const titles = new Map([
  ['waitingFor', 'waits for'],
  ['before', 'before'],
]);

const keyOf = (filters: SearchFilters): string =>
  JSON.stringify(Object.entries(filters).toSorted(([a], [b]) => a.localeCompare(b)));
const placeOf = (account: string): string => `relay365.searches.${account}`;

function read(account: string): Searches {
  const had = known.get(account);
  if (had) return had;
  const found = stored(account);
  known.set(account, found);
  return found;
}

function stored(account: string): Searches {
  try {
    const { saved, recent } = JSON.parse(localStorage.getItem(placeOf(account)) ?? '{}') as Partial<Searches>;
    return {
      saved: Array.isArray(saved)
        ? saved.filter(({ name, filters }) => name !== '' && isFilters(filters))
        : [],
      recent: Array.isArray(recent) ? recent.filter(isFilters) : [],
    };
  } catch {
    // Storage may be forbidden, or hold what somebody else wrote.
    return none;
  }
}

function isFilters(value: unknown): value is SearchFilters {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}

function write(account: string, searches: Searches): void {
  known.set(account, searches);
  try {
    localStorage.setItem(placeOf(account), JSON.stringify(searches));
  } catch {
    // Storage may be full or forbidden; the searches then hold until the page is left.
  }
  for (const listener of listeners) listener();
}
