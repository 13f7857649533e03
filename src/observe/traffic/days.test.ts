import { expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { RelayEvent } from '../events.ts';
import { Days } from './days.ts';

const accepted: RelayEvent = {
  kind: 'accepted',
  id: 'Q',
  source: 'printer',
  address: '192.0.2.7',
  sender: 'a@contoso.com',
  recipients: 1,
  bytes: 1000,
};

async function opened(start: string) {
  const clock = new FakeClock(start);
  const { records } = createMemoryStore({ clock });
  return { clock, records, days: await Days.open(clock, records) };
}

const accepts = async (days: Days): Promise<readonly (readonly [string, number])[]> =>
  (await days.between('2026-11-01', '2026-11-30')).map(({ day, total }) => [day, total[0]]);

test('an event counts in the day (UTC) in which it happens, to the millisecond', async () => {
  const { clock, days } = await opened('2026-11-02T23:59:59.998Z');
  days.count(accepted);
  await clock.advance(1);
  days.count(accepted);
  await clock.advance(1);
  days.count(accepted);
  await clock.advance(86_400_000 - 1);
  days.count(accepted);
  await clock.advance(1);
  days.count(accepted);
  expect(await accepts(days)).toEqual([
    ['2026-11-02', 2],
    ['2026-11-03', 2],
    ['2026-11-04', 1],
  ]);
});

test('a day without events has no record, and asking begins the day that it is', async () => {
  const { clock, days } = await opened('2026-11-02T12:00:00Z');
  days.count(accepted);
  await clock.advance(3 * 86_400_000);
  expect(days.today).toMatchObject({ day: '2026-11-05', total: [0, 0, 0, 0, 0, 0] });
  days.count(accepted);
  expect(await accepts(days)).toEqual([
    ['2026-11-02', 1],
    ['2026-11-05', 1],
  ]);
});

test('after a restart counting goes on in the same day, and ends with it', async () => {
  const { records, days } = await opened('2026-11-05T12:00:00Z');
  days.count(accepted);
  await days.flush();
  const clock = new FakeClock('2026-11-05T23:59:00Z');
  const again = await Days.open(clock, records);
  again.count(accepted);
  await clock.advance(60_000);
  again.count(accepted);
  expect(await accepts(again)).toEqual([
    ['2026-11-05', 2],
    ['2026-11-06', 1],
  ]);
});

test('a clock that is set back stays in the day it was in', async () => {
  const { clock, days } = await opened('2026-11-05T00:00:10Z');
  days.count(accepted);
  clock.setBack(60_000);
  days.count(accepted);
  expect(await accepts(days)).toEqual([['2026-11-05', 2]]);
  await clock.advance(60_000 + 86_400_000);
  days.count(accepted);
  expect(await accepts(days)).toEqual([
    ['2026-11-05', 2],
    ['2026-11-06', 1],
  ]);
});

test.each([
  ['over midnight', '2026-11-05T00:00:10Z', '2026-11-04T23:59:50Z', [['2026-11-05', 2]]],
  ['from a moment that was never right', '2026-12-05T00:00:10Z', '2026-11-04T12:00:00Z', [['2026-11-04', 1]]],
])('a clock set back %s while the relay stood still: no count is lost', async (_, then, back, expected) => {
  const { records, days } = await opened(then);
  days.count(accepted);
  await days.flush();
  const clock = new FakeClock(back);
  const again = await Days.open(clock, records);
  again.count(accepted);
  expect(await accepts(again)).toEqual(expected);
  expect((await again.between('2026-12-01', '2026-12-31')).length).toBe(then.startsWith('2026-12') ? 1 : 0);
});
