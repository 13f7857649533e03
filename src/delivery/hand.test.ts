import { describe, expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { Hand } from './hand.ts';
import { HandItem } from './part.ts';
import { testAccepted } from './testing/messages.ts';

function item(id: string, source: string): HandItem {
  const accepted = testAccepted({ id, at: instant(0), source });
  const progress = { recipients: [], attempts: [], inDoubt: 0, notes: [] };
  return new HandItem({ message: { accepted, progress, lease: null, version: 1, contentRef: undefined } });
}

/** Adds messages of one source until it is passed over; how many it got. */
function fill(hand: Hand, source: string): number {
  let count = 0;
  while (!hand.room().skip.has(source)) hand.add(item(`${source}${count++}`, source));
  return count;
}

describe('the room in hand', () => {
  test('one flood gets half, the next a half of what is left for it: there is always room for another', () => {
    const hand = new Hand(1000);
    expect(fill(hand, 'a')).toBe(500);
    expect(fill(hand, 'b')).toBe(250);
    expect(fill(hand, 'c')).toBe(125);
    expect(hand.room().limit).toBeGreaterThan(0);
  });

  test('a source that was passed over is asked again when half of its share is gone', () => {
    const hand = new Hand(1000);
    const items = Array.from({ length: 500 }, (_, index) => item(`m${index}`, 'a'));
    for (const one of items) hand.add(one);
    const freed = items.findIndex((one) => hand.remove(one));
    // With n left the share is half of 1000 - n: reached at 333.
    expect(500 - (freed + 1)).toBe(333);
    expect(hand.room().skip.has('a')).toBe(false);
  });

  test('never more than the bound, and no call for small remainders', () => {
    const hand = new Hand(64);
    for (let count = 0; count < 57; count++) hand.add(item(`m${count}`, `s${count}`));
    expect(hand.room().limit).toBe(0);
    hand.remove(item('m0', 's0'));
    expect(hand.room().limit).toBe(8);
  });

  test('what is not in hand is not removed', () => {
    expect(new Hand(10).remove(item('m', 'a'))).toBe(false);
  });

  test('a destination may hold half of what is free, so that it stops before its source does', () => {
    const hand = new Hand(1000);
    expect(hand.mayWait(499)).toBe(true);
    expect(hand.mayWait(500)).toBe(false);
  });
});
