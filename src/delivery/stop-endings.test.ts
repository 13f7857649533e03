/** A suspension with an end ends then, and not before: the clock's timers reach 24 days at most. */
import { expect, test } from 'vitest';
import type { Clock, Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import { StopEndings } from './stop-endings.ts';

const dayMs = 86_400_000;

function testClock(): {
  readonly clock: Clock;
  readonly advance: (this: void, ms: number) => void;
  readonly timers: Set<object>;
} {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    timers,
    clock: {
      now: () => now as Instant,
      after(delayMs, run) {
        const timer = { at: now + delayMs, run };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        now = next.at;
        timers.delete(next);
        next.run();
      }
      now = end;
    },
  };
}

test('an end in 40 days is kept', () => {
  const { clock, advance } = testClock();
  const due: string[] = [];
  const endings = new StopEndings(clock, (name) => due.push(`${name} ${clock.now()}`));
  endings.watch('m365', instant(40 * dayMs));
  advance(40 * dayMs - 1);
  expect(due).toEqual([]);
  advance(1);
  expect(due).toEqual([`m365 ${40 * dayMs}`]);
});

test('a later word replaces the end before, and none takes it away', () => {
  const { clock, advance, timers } = testClock();
  const due: string[] = [];
  const endings = new StopEndings(clock, (name) => due.push(name));
  endings.watch('a', instant(1_000));
  endings.watch('a', instant(5_000));
  endings.watch('b', instant(1_000));
  endings.watch('b', undefined);
  advance(4_999);
  expect(due).toEqual([]);
  advance(1);
  expect(due).toEqual(['a']);
  expect(timers.size).toBe(0);
});

test('what has ended while the relay stood still ends at once', () => {
  const { clock, advance } = testClock();
  const due: string[] = [];
  advance(10_000);
  new StopEndings(clock, (name) => due.push(name)).watch('a', instant(1));
  advance(0);
  expect(due).toEqual(['a']);
});

test('a timer that fires a little before the time of day has come is no end yet', () => {
  const { clock, advance } = testClock();
  const due: number[] = [];
  const early: Clock = { ...clock, after: (ms, run) => clock.after(Math.max(1, ms - 1), run) };
  new StopEndings(early, () => due.push(clock.now())).watch('a', instant(5_000));
  advance(4_999);
  expect(due).toEqual([]);
  advance(2);
  expect(due).toEqual([5_000]);
});
