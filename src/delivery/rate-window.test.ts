import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { RateWindow } from './rate-window.ts';

/** Starts as soon as allowed, from `from` on; the moments of the starts. */
function starts(limit: number, count: number, from = 0): number[] {
  const window = new RateWindow(limit);
  const moments: number[] = [];
  for (let now = from; moments.length < count; now = window.nextAt(instant(now))) {
    for (let free = window.free(instant(now)); free > 0 && moments.length < count; free--) {
      window.take(instant(now));
      moments.push(now);
    }
  }
  return moments;
}

describe('limits.messagesPerMinute', () => {
  test('one a minute is one a minute', () => {
    expect(starts(1, 3)).toEqual([0, 60_000, 120_000]);
  });

  test('600 a minute: a burst of 60, then one each 100 ms, so that a flood leaves room between its messages', () => {
    const moments = starts(600, 70);
    expect(moments.slice(0, 60).every((at) => at === 0)).toBe(true);
    expect(moments.slice(60, 64)).toEqual([100, 200, 300, 400]);
  });

  test('the limit is reached in a steady minute, not only approached', () => {
    const moments = starts(30, 90);
    expect(moments.filter((at) => at >= 60_000 && at < 120_000)).toHaveLength(30);
  });

  test('no 60 seconds hold more than the limit, whatever the pattern of demand', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
        (limit, pauses) => {
          const window = new RateWindow(limit);
          const moments: number[] = [];
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            if (window.free(instant(now)) === 0) continue;
            window.take(instant(now));
            moments.push(now);
          }
          for (const at of moments) {
            expect(moments.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(
              limit,
            );
          }
        },
      ),
    );
  });

  test('nextAt is a moment at which one may start, and none before it may', () => {
    const window = new RateWindow(7);
    for (let count = 0; count < 50; count++) {
      const now = instant(count * 3_000);
      if (window.free(now) > 0) window.take(now);
      const next = window.nextAt(now);
      expect(window.free(next)).toBeGreaterThan(0);
      if (next > now) expect(window.free(instant(next - 1))).toBe(0);
    }
  });
});
