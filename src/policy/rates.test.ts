import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import { sourceOf } from './policy-for-tests.ts';
import { RateBook, SlidingCount } from './rates.ts';

const limited = (limits: string): ReturnType<typeof sourceOf> =>
  sourceOf(`sources: [{ name: a, networks: [10.0.0.1], senders: ["*@x.example"], limits: { ${limits} } }]`);

describe('messages', () => {
  test('up to the limit, then later', async () => {
    const clock = new FakeClock();
    const book = new RateBook(clock);
    const source = limited('messagesPerMinute: 2');
    expect([book.admit(source).kind, book.admit(source).kind]).toEqual(['accept', 'accept']);
    const third = book.admit(source);
    expect(third).toMatchObject({ kind: 'defer', code: 451, enhanced: '4.7.1', rule: 'messages-per-minute' });
    const seconds = Number(/in (\d+) seconds/.exec(third.kind === 'defer' ? third.text : '')?.[1]);
    await clock.advance((seconds - 2) * 1000);
    expect(book.admit(source).kind).toBe('defer');
    await clock.advance(2000);
    expect(book.admit(source).kind).toBe('accept');
  });
  test('the day counts also what the minute let through', async () => {
    const clock = new FakeClock();
    const book = new RateBook(clock);
    const source = limited('messagesPerDay: 3');
    for (let message = 0; message < 3; message += 1) {
      expect(book.admit(source).kind).toBe('accept');
      await clock.advance(3_600_000);
    }
    expect(book.admit(source)).toMatchObject({ kind: 'defer', rule: 'messages-per-day' });
    await clock.advance(86_400_000);
    expect(book.admit(source).kind).toBe('accept');
  });
  test('what was refused is not counted', () => {
    const book = new RateBook(new FakeClock());
    const source = limited('messagesPerMinute: 1');
    for (let message = 0; message < 10; message += 1) book.admit(source);
    expect(book.usage('a')).toEqual({ minute: 1, day: 1, connections: 0 });
  });
  test('without a limit none holds', () => {
    const book = new RateBook(new FakeClock());
    const source = limited('connections: 1');
    for (let message = 0; message < 5000; message += 1) expect(book.admit(source).kind).toBe('accept');
  });
});

test('connections are counted up and down, never below none', () => {
  const book = new RateBook(new FakeClock());
  expect(book.connectionOpened('a', 1).kind).toBe('accept');
  expect(book.connectionOpened('a', 1)).toMatchObject({
    kind: 'defer',
    code: 421,
    rule: 'source-connections',
  });
  book.connectionClosed('a');
  book.connectionClosed('a');
  book.connectionClosed('never-seen');
  expect(book.usage('a').connections).toBe(0);
  expect(book.connectionOpened('a', 1).kind).toBe('accept');
});

describe('the sliding count', () => {
  const windowMs = 60_000;
  test('no window of the length ever has more than the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (pauses, limit) => {
          const count = new SlidingCount(60, 1000);
          const admitted: number[] = [];
          let now = 1_000_000_000;
          for (const pause of pauses) {
            now += pause;
            if (count.total(now) >= limit) continue;
            count.add(now);
            admitted.push(now);
          }
          for (const [index, at] of admitted.entries()) {
            expect(
              admitted.slice(0, index + 1).filter((other) => other > at - windowMs).length,
            ).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });
  test('what is older than the window and one bucket does not count', () => {
    const count = new SlidingCount(60, 1000);
    count.add(5000);
    expect(count.total(5000 + windowMs)).toBe(1);
    expect(count.total(6000 + windowMs)).toBe(0);
  });
  test('untilRoom says when, exactly', () => {
    const count = new SlidingCount(60, 1000);
    for (const at of [10_000, 20_000, 30_000]) count.add(at);
    const wait = count.untilRoom(30_000, 3);
    expect(count.total(30_000 + wait - 1)).toBe(3);
    expect(count.total(30_000 + wait)).toBe(2);
  });
  test('a clock that is set back neither frees nor blocks for long', () => {
    const count = new SlidingCount(60, 1000);
    count.add(10_000_000);
    expect(count.total(9_990_000)).toBe(1);
    count.add(1000);
    expect(count.total(1000)).toBe(2);
    expect(count.total(62_000)).toBe(0);
  });
});
