import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseRange } from '../config/network-range.ts';
import type { IndexedRule } from './network-index.ts';
import { createNetworkIndex } from './network-index.ts';
import type { Source } from './policy.ts';

const nobody = {} as Source;

function entryOf(text: string): IndexedRule {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  const range = parsed.value;
  return { range, rule: { source: nobody, range: range.text, prefixBits: range.bits } };
}

/** Few different bits, so that networks nest and addresses fall into them. */
const crowdedV4 = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 0xffff }))
  .map(([bits, low]) => {
    const host = 32n - BigInt(bits);
    const value = ((0x0a140000n | BigInt(low)) >> host) << host;
    return `${formatAddress({ family: 4, value })}/${bits}`;
  });
const crowdedV6 = fc
  .tuple(fc.integer({ min: 0, max: 128 }), fc.integer({ min: 0, max: 0xffff }))
  .map(([bits, low]) => {
    const host = 128n - BigInt(bits);
    const value = (((0x20010db8n << 96n) | BigInt(low)) >> host) << host;
    return `${formatAddress({ family: 6, value })}/${bits}`;
  });
const addresses = fc.oneof(
  fc
    .integer({ min: 0, max: 0xffff })
    .map((low) => formatAddress({ family: 4, value: 0x0a140000n | BigInt(low) })),
  fc
    .integer({ min: 0, max: 0xffff })
    .map((low) => formatAddress({ family: 6, value: (0x20010db8n << 96n) | BigInt(low) })),
  fc.ipV4(),
);

/** What the definition says, without any index: compare the first bits of both. */
function naive(entries: readonly IndexedRule[], text: string): string[] {
  const address = entryOf(text).range;
  const width = address.family === 4 ? 32 : 128;
  return entries
    .filter(({ range }) => {
      const host = BigInt(width - range.bits);
      return range.family === address.family && address.first >> host === range.first >> host;
    })
    .toSorted((a, b) => b.range.bits - a.range.bits)
    .map(({ range }) => range.text);
}

test('finds what a walk over all networks finds, the longest prefix first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(crowdedV4, crowdedV6), { maxLength: 40 }),
      fc.array(addresses, { minLength: 1, maxLength: 20 }),
      (written, asked) => {
        const entries = written.map(entryOf);
        const index = createNetworkIndex(entries);
        for (const address of asked) {
          expect(index.lookup(address).map(({ range }) => range)).toEqual(naive(entries, address));
        }
      },
    ),
  );
});

test('the nearest network is the one with the least distance', () => {
  fc.assert(
    fc.property(fc.array(crowdedV4, { minLength: 1, maxLength: 20 }), fc.ipV4(), (written, address) => {
      const entries = written.map(entryOf);
      const index = createNetworkIndex(entries);
      fc.pre(index.lookup(address).length === 0);
      const { first } = entryOf(address).range;
      const distances = entries.map(({ range }) =>
        first < range.first ? range.first - first : first - range.last,
      );
      const least = distances.reduce((a, b) => (a < b ? a : b));
      const nearest = index.nearest(address);
      const found = entries.findIndex(({ rule }) => rule === nearest);
      expect(distances[found]).toBe(least);
    }),
  );
});

test('IPv6 ranges hold no IPv4 address, mapped or not', () => {
  const index = createNetworkIndex([entryOf('::/0')]);
  expect(index.lookup('10.20.0.15')).toEqual([]);
  expect(index.lookup('::ffff:10.20.0.15')).toEqual([]);
  expect(index.lookup('2001:db8::1')).toHaveLength(1);
});

test('what is no address is in no network', () => {
  const index = createNetworkIndex([entryOf('0.0.0.0/0')]);
  for (const text of ['', 'localhost', '10.20.0', '__proto__', '10.20.0.15 '])
    expect(index.lookup(text)).toEqual([]);
});

test('equal ranges keep their order', () => {
  const [a, b] = [entryOf('10.20.0.0/28'), entryOf('10.20.0.0/28')];
  expect(createNetworkIndex([a, b]).lookup('10.20.0.1')).toEqual([a.rule, b.rule]);
});
