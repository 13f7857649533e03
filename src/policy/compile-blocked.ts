/** `blocked` of the policy: read, checked against the sources, and made a list to look addresses up in. */
import type { NetworkRange } from '../config/network-range.ts';
import { parseAddress, parseRange, rangeContains } from '../config/network-range.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { endOfValidity } from '../config/units.ts';
import type { Findings } from './findings.ts';
import type { BlockList, BlockRule, Source } from './policy.ts';
import { ended } from './validity.ts';

export interface BlockEntry {
  readonly rule: BlockRule;
  readonly range: NetworkRange;
}

export function compileBlocked(
  document: PolicyDocument,
  sources: ReadonlyMap<string, Source>,
  findings: Findings,
): BlockList {
  const entries: BlockEntry[] = [];
  const sharedBy = sourcesSharing(sources);
  for (const [index, written] of (document.blocked ?? []).entries()) {
    const entry = typeof written === 'string' ? { range: written } : written;
    const path = ['blocked', index, ...(typeof written === 'string' ? [] : ['range'])];
    const parsed = parseRange(entry.range);
    if (!parsed.ok) {
      findings.error(path, parsed.reason, '');
      continue;
    }
    const range = parsed.value;
    if (range.bits === 0) {
      findings.error(
        path,
        `${range.text} is every address there is, so nobody could send`,
        'name narrower ranges',
      );
      continue;
    }
    const shut = sharedBy(range);
    if (shut.length > 0) {
      findings.warning(
        path,
        `${range.text} is blocked, and so are ${shut.slice(0, 5).join(', ')}${shut.length > 5 ? ` and ${shut.length - 5} more` : ''}, whose addresses it holds`,
        'nothing to do if that is meant',
      );
    }
    const { note, expires } = entry;
    const rule: BlockRule = {
      written: entry.range,
      range: range.text,
      ...(note !== undefined && { note }),
      ...(expires !== undefined && { expiresAt: endOfValidity(expires) }),
    };
    entries.push({ rule, range });
  }
  return blockList(entries);
}

/** Of ranges that hold an address the most specific one is found. */
export function blockList(given: readonly BlockEntry[]): BlockList {
  const entries = given.toSorted((a, b) => b.range.bits - a.range.bits);
  return {
    size: entries.length,
    rules: entries.map(({ rule }) => rule),
    find(address, at) {
      // Asked for each connection; without entries nothing is read.
      if (entries.length === 0) return undefined;
      const parsed = parseAddress(address);
      if (!parsed.ok) return undefined;
      return entries.find(
        ({ rule, range }) => rangeContains(range, parsed.value) && !ended(rule.expiresAt, at),
      )?.rule;
    },
  };
}

/** Names of the sources that share addresses with a range, in the order of the policy. */
export type SharedBy = (range: NetworkRange) => readonly string[];

/**
 * Prefixes lie in each other or apart: what lies within a range stands together in the order of first addresses, and what
 * is around it has the same first bits. So a long list of blocked ranges is not held against each network of each source.
 */
export function sourcesSharing(sources: ReadonlyMap<string, Source>): SharedBy {
  const ranges = Array.from(sources.values()).flatMap(({ name, config }, order) =>
    config.networks.flatMap((entry) => {
      const parsed = parseRange(typeof entry === 'string' ? entry : entry.range);
      return parsed.ok ? [{ name, order, range: parsed.value }] : [];
    }),
  );
  type Owned = (typeof ranges)[number];
  const sorted = ranges.toSorted((a, b) => compare(a.range, b.range));
  const around = new Map<string, Owned[]>();
  for (const one of ranges) {
    const key = keyOf(one.range, one.range.bits);
    const here = around.get(key);
    if (here) here.push(one);
    else around.set(key, [one]);
  }
  const known = new Map<string, readonly string[]>();
  return (range) => {
    const before = known.get(range.text);
    if (before) return before;
    const found: Owned[] = [];
    for (let at = firstFrom(sorted, range); at < sorted.length; at += 1) {
      const one = sorted[at];
      if (!one || one.range.family !== range.family || one.range.first > range.last) break;
      found.push(one);
    }
    for (let bits = 0; bits < range.bits; bits += 1) found.push(...(around.get(keyOf(range, bits)) ?? []));
    const names = found.toSorted((a, b) => a.order - b.order).map(({ name }) => name);
    const distinct = [...new Set(names)];
    known.set(range.text, distinct);
    return distinct;
  };
}

/** Index of the first that begins at this range or behind it. */
function firstFrom(sorted: readonly { readonly range: NetworkRange }[], range: NetworkRange): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = sorted[middle];
    if (one && compare(one.range, range) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By first address, and not by length: a range around another that begins with it may stand before or behind it. */
function compare(a: NetworkRange, b: NetworkRange): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first === b.first) return 0;
  return a.first < b.first ? -1 : 1;
}

function keyOf({ family, first }: NetworkRange, bits: number): string {
  return `${family} ${bits} ${first >> BigInt((family === 4 ? 32 : 128) - bits)}`;
}
