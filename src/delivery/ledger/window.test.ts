import { describe, expect, test } from 'vitest';
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import { SlidingWindow } from './window.ts';

const start = Date.parse('2026-11-23T08:00:00Z');
const at = (ms: number): Instant => instant(start + ms);
const minute = { bucketMs: 1_000, buckets: 60 };
const day = { bucketMs: 300_000, buckets: 288 };

describe('a sliding window', () => {
  test.each([
    { name: 'at once', after: 0, total: 5 },
    { name: 'just before the window has passed', after: 59_999, total: 5 },
    { name: 'never forgotten early: counted late in its second', after: 60_499, total: 5 },
    { name: 'gone one bucket later at most', after: 61_000, total: 0 },
    { name: 'after a long pause', after: 86_400_000, total: 0 },
  ])('$name', ({ after, total }) => {
    const window = new SlidingWindow(minute);
    window.add(at(500), 5);
    expect(window.total(at(500 + after))).toBe(total);
  });

  test('counts what is in any sixty seconds, against a list of every moment', () => {
    const window = new SlidingWindow(minute);
    const moments: number[] = [];
    let now = 0;
    for (let step = 1; step < 2_000; step++) {
      now += (step * 7919) % 3_001;
      const truth = moments.filter((one) => one > now - 60_000).length;
      const most = moments.filter((one) => one > now - 61_000).length;
      expect(window.total(at(now))).toBeGreaterThanOrEqual(truth);
      expect(window.total(at(now))).toBeLessThanOrEqual(most);
      window.add(at(now), 1);
      moments.push(now);
    }
  });

  test('a clock that is set back neither forgets nor fails', () => {
    const window = new SlidingWindow(minute);
    window.add(at(100_000), 3);
    window.add(at(10_000), 4);
    expect(window.total(at(0))).toBe(7);
    expect(window.total(at(100_500))).toBe(7);
  });

  test('tells when it falls to a number', () => {
    const window = new SlidingWindow(minute);
    window.add(at(0), 10);
    window.add(at(5_000), 20);
    expect(window.fallsTo(30, at(6_000))).toBe(at(6_000));
    expect(window.fallsTo(29, at(6_000))).toBe(at(61_000));
    expect(window.fallsTo(20, at(6_000))).toBe(at(61_000));
    expect(window.fallsTo(19, at(6_000))).toBe(at(66_000));
    expect(window.total(at(60_999))).toBe(30);
    expect(window.total(at(61_000))).toBe(20);
    expect(window.total(at(66_000))).toBe(0);
  });

  test('is the same after a restart, without what has run out meanwhile', () => {
    const before = new SlidingWindow(day);
    before.add(at(0), 10);
    before.add(at(600_000), 20);
    const filled = before.filled(at(600_000));
    const soon = new SlidingWindow(day);
    soon.restore(filled, at(700_000));
    expect(soon.total(at(700_000))).toBe(30);
    expect(soon.fallsTo(20, at(700_000))).toBe(before.fallsTo(20, at(700_000)));
    const later = new SlidingWindow(day);
    later.restore(filled, at(86_400_000 + 300_000));
    expect(later.total(at(86_400_000 + 300_000))).toBe(20);
    const muchLater = new SlidingWindow(day);
    muchLater.restore(filled, at(10 * 86_400_000));
    expect(muchLater.total(at(10 * 86_400_000))).toBe(0);
  });

  test.each([
    { perHour: 0, reached: undefined },
    { perHour: 10, reached: undefined },
    { perHour: 100, reached: 5 * 3_600_000 },
    { perHour: 1_000, reached: 1_800_000 },
  ])('at $perHour an hour, 500 of 1000 last until $reached', ({ perHour, reached }) => {
    const window = new SlidingWindow(day);
    window.add(at(0), 500);
    const runsOutAt = window.reaches(1_000, perHour / 3_600_000, at(0));
    if (reached === undefined) expect(runsOutAt).toBeUndefined();
    else expect(Math.abs((runsOutAt ?? 0) - at(reached))).toBeLessThan(2);
  });

  test('its memory does not grow', () => {
    const window = new SlidingWindow(minute);
    for (let second = 0; second < 10_000; second++) window.add(at(second * 1_000), 1);
    expect(window.filled(at(10_000_000))).toHaveLength(60);
  });
});
