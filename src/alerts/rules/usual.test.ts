import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { isRegular, silenceOf, usualBusiest } from './usual.ts';

const hour = 3_600_000;
const at = (text: string) => instant(Date.parse(text));
const dayOf = (text: string): number => Math.floor(Date.parse(text) / 86_400_000);

/** Days of four weeks from Monday, 2 November 2026, that `sends` says. */
function daysWith(sends: (weekday: number) => boolean): number[] {
  const first = dayOf('2026-11-02');
  return Array.from({ length: 28 }, (_, index) => first + index).filter((day) => sends((day + 4) % 7));
}

test('who sends on working days is not missed at the weekend', () => {
  const days = daysWith((weekday) => weekday !== 0 && weekday !== 6);
  // The last mail came on Friday, 27 November, at 17:00.
  const last = at('2026-11-27T17:00:00Z');
  expect(silenceOf(days, last, at('2026-11-29T23:00:00Z'))).toBe(7 * hour);
  expect(silenceOf(days, last, at('2026-11-30T19:00:00Z'))).toBe(26 * hour);
});

test('who sends every day is missed on any day', () => {
  const days = daysWith(() => true);
  expect(silenceOf(days, at('2026-11-29T12:00:00Z'), at('2026-11-30T14:00:00Z'))).toBe(26 * hour);
});

test('a long silence does not become usual', () => {
  const days = daysWith(() => true);
  expect(silenceOf(days, at('2026-11-29T00:00:00Z'), at('2027-01-29T00:00:00Z'))).toBe(61 * 24 * hour);
});

test('who sends now and then is not regular, and neither is who has just begun', () => {
  expect(
    isRegular(
      daysWith(() => true),
      5,
    ),
  ).toBe(true);
  expect(
    isRegular(
      daysWith((weekday) => weekday !== 0 && weekday !== 6),
      5,
    ),
  ).toBe(true);
  expect(
    isRegular(
      daysWith((weekday) => weekday === 1),
      5,
    ),
  ).toBe(false);
  expect(isRegular(daysWith(() => true).slice(0, 4), 5)).toBe(false);
  expect(isRegular([], 5)).toBe(false);
});

test('the usual busiest hour leaves single outliers out, and is not known on the first day', () => {
  expect(usualBusiest(Array.from({ length: 23 }, () => 5))).toBeUndefined();
  const hours = [...Array.from({ length: 99 }, (_, index) => index % 10), 5_000];
  expect(usualBusiest(hours)).toBe(9);
});
