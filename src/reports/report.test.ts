import { expect, test } from 'vitest';
import { Days } from '../observe/traffic/days.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { boundsOf, monthBefore, monthReport } from './report.ts';

const about = { address: '192.0.2.1', listener: 'devices' };

test('days are counted over midnight and a restart, and a month is made of its days alone', async () => {
  const clock = new FakeClock('2026-11-29T23:00:00Z');
  const { records } = createMemoryStore({ clock });
  let days = await Days.open(clock, records);
  const accepted = () =>
    days.count({
      kind: 'accepted',
      id: 'x',
      source: 'constructor',
      ...about,
      sender: 'a',
      recipients: 1,
      bytes: 10,
    });
  accepted();
  await clock.advance(86_400_000);
  accepted();
  days.count({ kind: 'login-failed', ref: 'r', ...about, username: 'ann', rule: 'login', explanation: '' });
  await days.flush();
  days = await Days.open(clock, records);
  accepted();
  await clock.advance(86_400_000);
  accepted();
  const november = monthReport(await days.between('2026-11-01', boundsOf('2026-11').lastDay));
  expect(november.countedDays).toBe(2);
  expect(november.total).toEqual([3, 30, 0, 0, 0, 1]);
  expect(november.sources).toEqual([['_constructor', [3, 30, 0, 0, 0, 0]]]);
  expect(november.addresses).toMatchObject([{ name: '192.0.2.1', count: 1 }]);
  expect(november.users).toMatchObject([{ name: 'ann', count: 1 }]);
  expect([...(await days.months())]).toEqual([
    ['2026-12', 1],
    ['2026-11', 2],
  ]);
  expect(monthBefore('2027-01')).toBe('2026-12');
});
