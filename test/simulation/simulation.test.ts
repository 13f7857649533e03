import { describe, expect, test } from 'vitest';
import type { SimulationOptions, SimulationReport } from './simulate.ts';
import { simulate } from './simulate.ts';

/** A broken invariant is shown with the seed that repeats it. */
async function holds(options: SimulationOptions): Promise<SimulationReport> {
  const report = await simulate(options);
  const told = report.violations.map((line) => `seed ${options.seed}: ${line}`);
  expect(told, `simulate(${JSON.stringify(options)})`).toEqual([]);
  return report;
}

// Ten seconds on an idle machine.
const timeout = 240_000;

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

describe('days of a relay among failing next hops', { timeout }, () => {
  test('200 seeds: every message comes to one end, told to whom it may concern, and nothing goes twice without doubt', async () => {
    const totals = new Map<string, number>();
    for (const seed of seeds(1, 200)) {
      const { recipients, events } = await holds({ seed, messages: 100 });
      for (const [word, count] of Object.entries({ ...recipients, ...events })) {
        totals.set(word, (totals.get(word) ?? 0) + count);
      }
    }
    // The world must have been bad enough for the invariants to mean something.
    for (const word of [
      'relayed',
      'failed',
      'expired',
      'notice',
      'connector-suspended',
      'connector-resumed',
      'no-route',
    ]) {
      expect(totals.get(word), word).toBeGreaterThan(100);
    }
  });

  test('the same seed gives the same run', async () => {
    const first = await simulate({ seed: 4711, messages: 80 });
    expect(await simulate({ seed: 4711, messages: 80 })).toEqual(first);
  });
});

describe('crashes (peers D3, D20)', { timeout }, () => {
  test('two processes on one store, killed at random moments: each message is handed over once, or in doubt', async () => {
    let doubts = 0;
    for (const seed of seeds(1001, 20)) {
      ({ doubts } = await holds({ seed, messages: 100, processes: 2, kills: 12 }));
    }
    expect(doubts).toBeGreaterThan(0);
  });

  test('one process killed again and again', async () => {
    for (const seed of seeds(2001, 10)) await holds({ seed, messages: 80, kills: 20 });
  });
});
