/** A source as it is being edited: values by their place in the entry, and the entry as text. Pure. */
import { parse, stringify } from 'yaml';
import type { Finding } from '../../parts/finding-list.tsx';

export type Entry = Readonly<Record<string, unknown>>;
/** Keys from outside in. */
export type Place = readonly string[];

export interface Draft {
  readonly entry: Entry;
  readonly yaml: string;
  /** Why `yaml` is not the entry: it cannot be read as one. */
  readonly unreadable?: string;
}

export const draftOf = (entry: Entry): Draft => ({ entry, yaml: stringify(entry) });

export function draftOfYaml(yaml: string, before: Entry): Draft {
  try {
    const entry: unknown = parse(yaml);
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
      return { entry: entry as Entry, yaml };
    }
    return { entry: before, yaml, unreadable: 'Write keys and values, such as "name: printer".' };
  } catch (error) {
    return { entry: before, yaml, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

export function valueAt(entry: Entry, place: Place): unknown {
  return place.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Entry)[key] : undefined),
    entry,
  );
}

/** `undefined`, an empty text and an empty list take the key away, and with it what it leaves empty. */
export function withValueAt(entry: Entry, [key = '', ...rest]: Place, value: unknown): Entry {
  const inner =
    rest.length === 0 ? value : withValueAt((valueAt(entry, [key]) as Entry | undefined) ?? {}, rest, value);
  if (!isNothing(inner)) return { ...entry, [key]: inner };
  const { [key]: _, ...others } = entry;
  return others;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export const textAt = (entry: Entry, place: Place): string => {
  const value = valueAt(entry, place);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export const listAt = (entry: Entry, place: Place): readonly unknown[] => {
  const value = valueAt(entry, place);
  return Array.isArray(value) ? value : [];
};

/** Findings about a place, with `base` (where the entry stands in the policy) in front of their paths. */
export function findingsAt(findings: readonly Finding[], base: string, place: Place): readonly Finding[] {
  const wanted = `${base}.${place.join('.')}`;
  return findings.filter(
    ({ path }) => path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`),
  );
}

/** As the relay makes them: signs that people tell apart, and that every keyboard has. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const groups = 5;
const groupLength = 4;

/** `octets` gives so many random ones. Those that would make some signs likelier than others are left out. */
export function newPassword(octets: (count: number) => Uint8Array): string {
  const even = Math.floor(256 / alphabet.length) * alphabet.length;
  let signs = '';
  while (signs.length < groups * groupLength) {
    for (const octet of octets(groups * groupLength)) {
      if (octet < even) signs += alphabet[octet % alphabet.length];
    }
  }
  return Array.from({ length: groups }, (_, at) =>
    signs.slice(at * groupLength, (at + 1) * groupLength),
  ).join('-');
}
