import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRange } from '../config/network-range.ts';
import { overlapsNamedMax, RangeNeighbours } from './overlaps.ts';
import type { Overlap, RangeOfSource } from './overlaps.ts';
import type { Source } from './policy.ts';

const sourceOf = (name: string): Source => ({ name }) as Source;
const sources = new Map(['a', 'b', 'c'].map((name) => [name, sourceOf(name)]));

function entry(name: string, text: string, source = sources.get(name) ?? sourceOf(name)): RangeOfSource {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return { source, range: parsed.value };
}

const words = (found: readonly Overlap<RangeOfSource>[]): string[] =>
  found.map(({ other, kind }) => `${kind} ${other.source.name} ${other.range.text}`);

describe('how ranges lie to each other', () => {
  const all = [
    entry('a', '10.0.0.0/8'),
    entry('b', '10.20.0.0/24'),
    entry('b', '10.20.0.7'),
    entry('c', '10.20.0.7'),
    entry('a', '192.0.2.1'),
    entry('c', '2001:db8::/32'),
    entry('b', '2001:db8::1'),
    entry('b', '2001:db8::1'),
  ];
  const neighbours = new RangeNeighbours(all);
  const at = (index: number): RangeOfSource => all[index] ?? entry('a', '0.0.0.0/0');

  test.each([
    [0, ['holds b 10.20.0.0/24', 'holds b 10.20.0.7', 'holds c 10.20.0.7']],
    [1, ['within a 10.0.0.0/8', 'holds c 10.20.0.7']],
    [3, ['within a 10.0.0.0/8', 'within b 10.20.0.0/24', 'same b 10.20.0.7']],
    [4, []],
    // The second of two equal ones is of the same source, which makes it needless and no overlap of its own.
    [5, ['holds b 2001:db8::1']],
  ])('entry %i overlaps %j', (index, expected) => {
    const { named, count } = neighbours.overlapsOf(at(index));
    expect(words(named)).toEqual(expected);
    expect(count).toBe(expected.length);
  });

  test('an entry in a wider one of its own source is needless, and so is the second of two equal ones', () => {
    expect(neighbours.coveredBy(at(2))).toBe(all[1]);
    expect(neighbours.coveredBy(at(1))).toBeUndefined();
    expect(neighbours.coveredBy(at(6))).toBeUndefined();
    expect(neighbours.coveredBy(at(7))).toBe(all[6]);
  });
});

test('says what comparing each pair would say', () => {
  const range = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(255), fc.integer({ min: 22, max: 32 }))
    .map(([name, host, bits]) => {
      const whole = (10 * 256 ** 3 + host) & ~(2 ** (32 - bits) - 1);
      return entry(name, `10.0.${(whole >> 8) & 255}.${whole & 255}/${bits}`);
    });
  fc.assert(
    fc.property(fc.uniqueArray(range, { maxLength: 40, selector: keyOf }), (all) => {
      const neighbours = new RangeNeighbours(all);
      for (const one of all) {
        const others = all.filter(
          (other) =>
            other.source !== one.source &&
            other.range.first <= one.range.last &&
            one.range.first <= other.range.last,
        );
        const { named, count } = neighbours.overlapsOf(one);
        expect(named.map(({ other }) => keyOf(other)).toSorted()).toEqual(others.map(keyOf).toSorted());
        expect(count).toBe(others.length);
        for (const { other, kind } of named)
          expect(Math.sign(other.range.bits - one.range.bits)).toBe({ within: -1, same: 0, holds: 1 }[kind]);
      }
    }),
  );
});

test('twenty thousand ranges, one of which holds all: the first are named, the others counted', () => {
  // Compared pair by pair this is four hundred million comparisons, and no test would wait for them.
  const mine = sourceOf('mine');
  const wide = entry('wide', '10.0.0.0/8');
  const many = Array.from({ length: 20_000 }, (_, index) =>
    entry('mine', `10.1.${index >> 8}.${index & 255}`, mine),
  );
  const neighbours = new RangeNeighbours([wide, ...many]);
  const { named, count } = neighbours.overlapsOf(wide);
  expect(named).toHaveLength(overlapsNamedMax);
  expect(count).toBe(20_000);
  expect(many.filter((one) => neighbours.overlapsOf(one).count !== 1)).toEqual([]);
  expect(many.filter((one) => neighbours.coveredBy(one) !== undefined)).toEqual([]);
});

const keyOf = ({ source, range }: RangeOfSource): string => `${source.name} ${range.text}`;
