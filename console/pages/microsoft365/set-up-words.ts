/** Words of the set-up of the Microsoft 365 side, and what is ticked off in this browser. Pure but for the storage. */
import { useSyncExternalStore } from 'react';
import type { Microsoft365SetUp } from '../../../contract/schemas/microsoft365.ts';

export type TenantSetUp = Microsoft365SetUp['tenants'][number];
export type Section = TenantSetUp['sections'][number];

export const kinds: Readonly<Record<Section['kind'], string>> = {
  powershell: 'PowerShell',
  dns: 'DNS record',
  portal: 'Portal',
};

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Of a line of a zone file with one value (RFC 1035 5.1): `contoso.com. 3600 IN TXT "v=spf1 …"`. */
export function recordOf(line: string): DnsRecord | undefined {
  const [, name, type, value] = /^(\S+?)\.? \d+ IN ([A-Z]+) (.+)$/.exec(line) ?? [];
  if (name === undefined || type === undefined || value === undefined) return undefined;
  return { name, type, value: value.replace(/^"(.*)"$/, '$1') };
}

const storageKey = (account: string): string => `relay365.microsoft365.${account}`;
const listeners = new Set<() => void>();
const known = new Map<string, ReadonlySet<string>>();
const none: ReadonlySet<string> = new Set();

/** Ids of the sections that this account has ticked off in this browser. */
export function useTicked(account: string): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => tickedOf(account),
  );
}

export function setTicked(account: string, ticked: ReadonlySet<string>): void {
  known.set(account, ticked);
  try {
    localStorage.setItem(storageKey(account), JSON.stringify([...ticked]));
  } catch {
    // A browser that keeps nothing still shows the ticks until the page is left.
  }
  for (const listener of listeners) listener();
}

function tickedOf(account: string): ReadonlySet<string> {
  const before = known.get(account);
  if (before) return before;
  let ticked = none;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(account)) ?? '[]');
    if (Array.isArray(kept)) ticked = new Set(kept.filter((one) => typeof one === 'string'));
  } catch {
    // Somebody else wrote there, or nothing may be read.
  }
  known.set(account, ticked);
  return ticked;
}
