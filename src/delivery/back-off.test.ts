import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

const minute = 60_000;
const retry = {
  initial: minute,
  maximum: 30 * minute,
  expireAfter: 2880 * minute,
  delayNoticeAfter: 240 * minute,
};

describe('the pause after failures', () => {
  test.each([
    { failures: 1, jitter: 0, pause: 1 * minute, reason: 'never before retry.initial' },
    { failures: 1, jitter: 0.999999999, pause: 2 * minute, reason: 'spread over one doubling' },
    { failures: 2, jitter: 0, pause: 2 * minute, reason: 'doubles' },
    { failures: 4, jitter: 0.5, pause: 12 * minute, reason: 'the middle of 8 to 16 minutes' },
    { failures: 5, jitter: 0, pause: 15 * minute, reason: 'at the maximum, its upper half' },
    { failures: 5, jitter: 0.999999999, pause: 30 * minute, reason: 'retry.maximum bounds it' },
    { failures: 5000, jitter: 0.999999999, pause: 30 * minute, reason: 'no overflow after days of retries' },
  ])('$failures failures, jitter $jitter: $reason', ({ failures, jitter, pause }) => {
    expect(backOffMs(retry, failures, jitter)).toBe(pause);
  });

  test('a maximum below the initial pause wins: it bounds every pause the relay chooses', () => {
    expect(backOffMs({ ...retry, maximum: 1000 }, 1, 0.5)).toBe(1000);
  });

  test('always between initial and maximum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, jitter) => {
          const pause = backOffMs(retry, n, jitter);
          expect(pause).toBeGreaterThanOrEqual(retry.initial);
          expect(pause).toBeLessThanOrEqual(retry.maximum);
        },
      ),
    );
  });
});
