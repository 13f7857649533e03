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

test('a call that comes while days are being written waits for them', async () => {
  const clock = new FakeClock('2026-11-29T23:00:00Z');
  const { records } = createMemoryStore({ clock });
  const written = Promise.withResolvers<void>();
  const days = await Days.open(clock, {
    get: (kind, key) => records.get(kind, key),
    list: (query) => records.list(query),
    async write(changes) {
      await written.promise;
      return records.write(changes);
    },
  });
  days.count({ kind: 'session-refused', ...about, rule: 'busy', text: 'x' } as never);
  const first = days.flush();
  const found = days.between('2026-11-29', '2026-11-29');
  written.resolve();
  expect((await found)[0]?.total).toEqual([0, 0, 0, 0, 0, 1]);
  await first;
});

test('the text of a failure ends with a sentence or a word', async () => {
  const clock = new FakeClock('2026-11-29T23:00:00Z');
  const days = await Days.open(clock, createMemoryStore({ clock }).records);
  const sentence = 'The next hop refused the login, because the secret has ended. ';
  days.count({
    kind: 'attempted',
    id: 'M1',
    connector: 'microsoft-365',
    host: 'a:25',
    relayed: 0,
    deferred: 1,
    failed: 0,
    inDoubt: 0,
    durationMs: 1,
    reply: '535 5.7.3 no',
    text: sentence.repeat(30),
  });
  const [failure] = monthReport(await days.between('2026-11-29', '2026-11-29')).failures;
  expect(failure?.cause).toBe('5.7.3');
  expect(failure?.text).toMatch(/because the secret has ended\. …$/);
});
