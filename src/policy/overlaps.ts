/** How ranges of sources lie to each other. Pure. */
import type { NetworkRange } from '../config/network-range.ts';
import type { Source } from './policy.ts';

/** Ranges wider than these prefixes are looked at twice: 256 addresses, one IPv6 network. */
const usualBits = { 4: 24, 6: 64 } as const;

export interface RangeOfSource {
  readonly source: Source;
  readonly range: NetworkRange;
}

export interface Overlap<T extends RangeOfSource> {
  readonly other: T;
  /** `within`: the entry lies in the other; `holds`: the other lies in it. */
  readonly kind: 'same' | 'within' | 'holds';
}

/** Entries of other sources that share addresses with this one. */
export function overlapsOf<T extends RangeOfSource>(entry: RangeOfSource, all: readonly T[]): Overlap<T>[] {
  return all.flatMap((other) => {
    if (other.source === entry.source) return [];
    const kind = relation(entry.range, other.range);
    return kind === undefined ? [] : [{ other, kind }];
  });
}

/** Another entry of the same source that makes this one needless. */
export function coveredBy<T extends RangeOfSource>(entry: T, all: readonly T[]): T | undefined {
  return all.find((other) => {
    if (other === entry || other.source !== entry.source) return false;
    const kind = relation(entry.range, other.range);
    // Of two equal ones the first counts.
    return kind === 'within' || (kind === 'same' && all.indexOf(other) < all.indexOf(entry));
  });
}

export function isWide({ family, bits }: NetworkRange): boolean {
  return bits < usualBits[family];
}

/** Prefixes lie in each other or apart, never across. */
function relation(one: NetworkRange, other: NetworkRange): Overlap<RangeOfSource>['kind'] | undefined {
  if (one.family !== other.family || one.last < other.first || other.last < one.first) return undefined;
  if (one.bits === other.bits) return 'same';
  return one.bits > other.bits ? 'within' : 'holds';
}
