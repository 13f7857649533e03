/** What a viewer chose for this browser: theme, time zone, width of the navigation. Kept in localStorage where there is one. */
import { useSyncExternalStore } from 'react';

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark' | 'contrast';
  /** `local`, `UTC` or a name of the IANA time zone database. */
  readonly zone: string;
  readonly narrowNavigation: boolean;
}

const key = 'relay365.preferences';
const defaults: Preferences = { theme: 'system', zone: 'local', narrowNavigation: false };
const listeners = new Set<() => void>();
let current = load();

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden; the choice then holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function load(): Preferences {
  try {
    return accept(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>);
  } catch {
    return defaults;
  }
}

function accept({ theme, zone, narrowNavigation }: Partial<Preferences>): Preferences {
  const themes: readonly unknown[] = ['light', 'dark', 'contrast'];
  return {
    theme: theme !== undefined && themes.includes(theme) ? theme : defaults.theme,
    zone: typeof zone === 'string' && isZone(zone) ? zone : defaults.zone,
    narrowNavigation: narrowNavigation === true,
  };
}

export function isZone(zone: string): boolean {
  if (zone === 'local') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
