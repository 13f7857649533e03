import { describe, expect, it } from 'vitest';
import { describeCase, parseOptions } from './options.ts';

describe('options of the benchmark', () => {
  it('begins with the case that the aim is about, in both ways', () => {
    const { cases } = parseOptions([]);
    expect(cases).toHaveLength(18);
    expect(cases.slice(0, 2).map(describeCase)).toEqual([
      '4 KiB, 20 connections, reused',
      '4 KiB, 20 connections, one a message',
    ]);
  });

  it('--quick measures every size and count once', () => {
    const { cases, runs, budgetSeconds } = parseOptions(['--quick']);
    expect(cases.filter(({ reuse }) => reuse)).toHaveLength(9);
    expect({ runs, under: budgetSeconds < 120 }).toEqual({ runs: 1, under: true });
  });

  it('--only takes the cases it names', () => {
    expect(parseOptions(['--only', '1m/1,4K/20']).cases).toEqual([
      { bytes: 1_048_576, connections: 1, reuse: true },
      { bytes: 1_048_576, connections: 1, reuse: false },
      { bytes: 4096, connections: 20, reuse: true },
      { bytes: 4096, connections: 20, reuse: false },
    ]);
  });

  it.each([
    [[], { cases: 18, routes: true }],
    [['--no-routes'], { cases: 18, routes: false }],
    [['--routes'], { cases: 0, routes: true }],
    [['--quick', '--routes'], { cases: 0, routes: true }],
    [['--only', '4k/1'], { cases: 2, routes: false }],
    [['--only', '4k/1', '--routes'], { cases: 2, routes: true }],
  ])('%j measures the routes over one connection, or not', (argv, expected) => {
    const { cases, routes } = parseOptions(argv);
    expect({ cases: cases.length, routes }).toEqual(expected);
  });

  it.each([[['--only', '5k/20']], [['--only', '4k/0']], [['--only', '4k']], [['--runs', '0']], [['--what']]])(
    'refuses %j',
    (argv) => {
      expect(() => parseOptions(argv)).toThrow(/\S/);
    },
  );
});
