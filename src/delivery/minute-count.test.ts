import { expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { MinuteCount } from './minute-count.ts';

test.each([
  { reason: 'the same second', starts: [0, 10, 999], at: 999, total: 3 },
  { reason: 'the last of the minute', starts: [0], at: 59_999, total: 1 },
  { reason: 'a minute later it is forgotten', starts: [0], at: 60_000, total: 0 },
  { reason: 'only what is older goes', starts: [0, 30_000], at: 61_000, total: 1 },
  { reason: 'hours later nothing is left', starts: [0, 1, 2], at: 7_200_000, total: 0 },
  { reason: 'a clock that was set back forgets nothing', starts: [100_000, 50_000], at: 100_000, total: 2 },
])('$reason', ({ starts, at, total }) => {
  const count = new MinuteCount();
  for (const start of starts) count.add(instant(start));
  expect(count.total(instant(at))).toBe(total);
});
