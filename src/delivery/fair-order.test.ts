import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Priority } from '../message/message.ts';
import { costInTurns, pickFairly } from './fair-order.ts';
import { priorities, WaitingList } from './waiting-list.ts';

interface Work {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly bytes: number;
  readonly priority: Priority;
}

function work(name: string, source: string, more: Partial<Work> = {}): Work {
  return { name, source, destination: 'smart', bytes: 4096, priority: 'normal', ...more };
}

function listOf(works: readonly Work[]): WaitingList<Work> {
  const list = new WaitingList<Work>();
  for (const one of works) list.push(one);
  return list;
}

const anywhere = (): number => Infinity;

/** Takes `count` of the ring of normal priority, one at a time, as a connector with one place does. */
function takeOneByOne(list: WaitingList<Work>, count: number, ring = 1): string[] {
  const names: string[] = [];
  for (let taken = 0; taken < count; taken++) {
    const pick = pickFairly(list.rings[ring] ?? { lanes: [], turn: 0 }, 1, anywhere);
    list.apply(ring, pick);
    names.push(...pick.works.map(({ name }) => name));
  }
  return names;
}

const flood = (count: number, source = 'flood', bytes = 4096): Work[] =>
  Array.from({ length: count }, (_, index) => work(`${source}${index}`, source, { bytes }));

describe('fairness between sources', () => {
  test('ten thousand messages of one source delay a single message of another by one round', () => {
    const list = listOf(flood(10_000));
    takeOneByOne(list, 100);
    list.push(work('single', 'alerts'));
    expect(takeOneByOne(list, 2)).toContain('single');
  });

  test('with many sources a single message waits for one message of each of them at most', () => {
    const list = listOf(Array.from({ length: 20 }, (_, index) => flood(100, `s${index}-`)).flat());
    takeOneByOne(list, 55);
    list.push(work('single', 'alerts'));
    expect(takeOneByOne(list, 21)).toContain('single');
  });

  test('a source of 25 MB scans gets one turn in sixteen among small messages, and is not shut out', () => {
    const list = listOf([...flood(200, 'scan', 25 * 2 ** 20), ...flood(2000, 'small')]);
    const scans = takeOneByOne(list, 340).filter((name) => name.startsWith('scan'));
    expect(scans.length).toBe(20);
  });

  test('a single large message does not wait for its size to be saved up', () => {
    const list = listOf(flood(1000));
    takeOneByOne(list, 10);
    list.push(work('scan', 'scanner', { bytes: 25 * 2 ** 20 }));
    expect(takeOneByOne(list, 2)).toContain('scan');
  });

  test('a lone source of large messages is not slowed by its own debt', () => {
    expect(takeOneByOne(listOf(flood(5, 'scan', 2 ** 30)), 5)).toHaveLength(5);
  });

  test('within a source the oldest goes first', () => {
    expect(takeOneByOne(listOf(flood(3)), 3)).toEqual(['flood0', 'flood1', 'flood2']);
  });

  test('a destination without places is passed over, within a source and between sources', () => {
    const list = listOf([
      work('a1', 'a', { destination: 'hung' }),
      work('a2', 'a'),
      work('b1', 'b', { destination: 'hung' }),
    ]);
    const pick = pickFairly(list.rings[1] ?? { lanes: [], turn: 0 }, 5, (key) => (key === 'hung' ? 0 : 5));
    expect(pick.works.map(({ name }) => name)).toEqual(['a2']);
  });

  test('one pick never takes more of a destination than it has places', () => {
    const pick = pickFairly(listOf(flood(10)).rings[1] ?? { lanes: [], turn: 0 }, 10, () => 3);
    expect(pick.works).toHaveLength(3);
  });

  test.each([
    { bytes: 0, turns: 1, reason: 'every message costs a turn' },
    { bytes: 65_535, turns: 1, reason: 'below one share of 64 KiB' },
    { bytes: 65_536, turns: 2, reason: 'a second share begins' },
    { bytes: 150 * 2 ** 20, turns: 16, reason: 'bounded' },
  ])('$bytes octets cost $turns turns: $reason', ({ bytes, turns }) => {
    expect(costInTurns(bytes)).toBe(turns);
  });

  test('whatever waits goes exactly once, in any mixture and any order of calls', () => {
    const works = fc.array(
      fc.record({
        source: fc.constantFrom('a', 'b', 'c'),
        destination: fc.constantFrom('x', 'y'),
        bytes: fc.constantFrom(1, 100_000, 10_000_000),
        priority: fc.constantFrom(...priorities),
        remove: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 7 }), (specified, batch) => {
        const all = specified.map((one, index) => ({ ...one, name: String(index) }));
        const list = listOf(all);
        for (const one of all) if (one.remove) expect(list.remove(one)).toBe(true);
        const gone: string[] = [];
        while (list.length > 0) {
          const before = list.length;
          for (const ring of priorities.keys()) {
            const pick = pickFairly(list.rings[ring] ?? { lanes: [], turn: 0 }, batch, anywhere);
            list.apply(ring, pick);
            gone.push(...pick.works.map(({ name }) => name));
          }
          expect(list.length).toBeLessThan(before);
        }
        expect(gone.toSorted()).toEqual(
          all
            .filter(({ remove }) => !remove)
            .map(({ name }) => name)
            .toSorted(),
        );
        expect(list.waitingAt('x') + list.waitingAt('y')).toBe(0);
      }),
    );
  });
});
