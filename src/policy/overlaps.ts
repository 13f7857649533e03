/** How ranges of sources lie to each other. Pure. */
import type { NetworkRange } from '../config/network-range.ts';
import type { Source } from './policy.ts';

/** Ranges wider than these prefixes are looked at twice: 256 addresses, one IPv6 network. */
const usualBits = { 4: 24, 6: 64 } as const;
/** Overlaps of one entry that are named; the others are counted. A /8 may hold ten thousand addresses of others. */
export const overlapsNamedMax = 50;

export interface RangeOfSource {
  readonly source: Source;
  readonly range: NetworkRange;
}

export interface Overlap<T extends RangeOfSource> {
  readonly other: T;
  /** `within`: the entry lies in the other; `holds`: the other lies in it. */
  readonly kind: 'same' | 'within' | 'holds';
}

export interface Overlaps<T extends RangeOfSource> {
  /** The wider ones, the equal ones, then those within; at most `overlapsNamedMax`. */
  readonly named: readonly Overlap<T>[];
  /** All of them, named or not. */
  readonly count: number;
}

export function isWide({ family, bits }: NetworkRange): boolean {
  return bits < usualBits[family];
}

/** One range with the first entry of each source that has it. */
interface Place<T> {
  readonly range: NetworkRange;
  readonly entries: Map<Source, T>;
}

/**
 * The entries of all sources, to ask each how it lies to the others. Prefixes lie in each other or apart, never across: what
 * holds a range is found by its prefixes, and what lies in it stands behind it in order, so that a policy of ten thousand
 * ranges is not compared pair by pair.
 */
export class RangeNeighbours<T extends RangeOfSource> {
  readonly #places = new Map<string, Place<T>>();
  /** By family: in order of their first address, of equal ones the widest first. */
  readonly #ordered: Readonly<Record<4 | 6, readonly Place<T>[]>>;
  /** By family: lengths of prefixes that occur, the widest first. */
  readonly #lengths: Readonly<Record<4 | 6, readonly number[]>>;

  constructor(all: readonly T[]) {
    for (const entry of all) {
      const key = keyOf(entry.range.family, entry.range.bits, entry.range.first);
      const place = this.#places.get(key) ?? { range: entry.range, entries: new Map<Source, T>() };
      if (!place.entries.has(entry.source)) place.entries.set(entry.source, entry);
      this.#places.set(key, place);
    }
    const ordered = (family: 4 | 6) =>
      [...this.#places.values()].filter(({ range }) => range.family === family).toSorted(byAddress);
    const lengths = (places: readonly Place<T>[]) =>
      [...new Set(places.map(({ range }) => range.bits))].toSorted((a, b) => a - b);
    this.#ordered = { 4: ordered(4), 6: ordered(6) };
    this.#lengths = { 4: lengths(this.#ordered[4]), 6: lengths(this.#ordered[6]) };
  }

  /** Entries of other sources that share addresses with this one. */
  overlapsOf({ source, range }: RangeOfSource): Overlaps<T> {
    const named: Overlap<T>[] = [];
    let count = 0;
    for (const [kind, { entries }] of this.#around(range)) {
      count += entries.size - (entries.has(source) ? 1 : 0);
      for (const [owner, other] of entries) {
        if (named.length >= overlapsNamedMax) break;
        if (owner !== source) named.push({ other, kind });
      }
    }
    return { named, count };
  }

  /** Another entry of the same source that makes this one needless; of two equal ones the first counts. */
  coveredBy(entry: T): T | undefined {
    for (const [kind, { entries }] of this.#holders(entry.range)) {
      const own = entries.get(entry.source);
      if (own !== undefined && own !== entry && (kind === 'within' || kind === 'same')) return own;
    }
    return undefined;
  }

  *#around(range: NetworkRange): Generator<readonly [Overlap<T>['kind'], Place<T>]> {
    yield* this.#holders(range);
    const places = this.#ordered[range.family];
    for (let index = firstFrom(places, range.first); index < places.length; index += 1) {
      const place = places[index];
      if (!place || place.range.first > range.last) return;
      if (place.range.bits > range.bits) yield ['holds', place];
    }
  }

  /** What the range lies in, the widest first, then what is equal to it. */
  *#holders({ family, bits, first }: NetworkRange): Generator<readonly [Overlap<T>['kind'], Place<T>]> {
    const width = family === 4 ? 32 : 128;
    for (const length of this.#lengths[family]) {
      if (length > bits) return;
      const host = BigInt(width - length);
      const place = this.#places.get(keyOf(family, length, (first >> host) << host));
      if (place) yield [length === bits ? 'same' : 'within', place];
    }
  }
}

const keyOf = (family: 4 | 6, bits: number, first: bigint): string => `${family}/${bits}/${first}`;

function byAddress(a: Place<unknown>, b: Place<unknown>): number {
  if (a.range.first !== b.range.first) return a.range.first < b.range.first ? -1 : 1;
  return a.range.bits - b.range.bits;
}

/** Index of the first place that begins at or after an address. */
function firstFrom(places: readonly Place<unknown>[], address: bigint): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const place = places[middle];
    if (place && place.range.first < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
