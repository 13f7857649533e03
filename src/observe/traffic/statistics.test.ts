import { expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { RelayEvent } from '../events.ts';
import { Statistics } from './statistics.ts';

const accepted = (source = 'printer'): RelayEvent => ({
  kind: 'accepted',
  id: 'A',
  source,
  address: '10.0.0.1',
  sender: 'a@contoso.com',
  recipients: 1,
  bytes: 10,
});
const settled = (result: 'relayed' | 'mixed' | 'expired'): RelayEvent => ({
  kind: 'settled',
  id: 'A',
  source: 'printer',
  connector: 'm365',
  result,
  ageMs: 5,
});

async function opened() {
  const clock = new FakeClock('2026-11-23T08:00:30Z');
  const store = createMemoryStore({ clock });
  return { clock, store, statistics: await Statistics.open(clock, store.records) };
}

test('counts by minute, quarter and hour, each event once', async () => {
  const { clock, statistics } = await opened();
  statistics.count(accepted());
  await clock.advance(60_000);
  statistics.count(accepted());
  statistics.count(settled('mixed'));
  statistics.count(settled('expired'));
  for (const [range, length] of [
    ['hour', 60],
    ['day', 96],
    ['month', 720],
  ] as const) {
    const { times, series } = statistics.view(range, 'total');
    expect(times).toHaveLength(length);
    // accepted, relayed, deferred, refused, failed, failed logins
    expect(series[0]?.sum).toEqual([2, 1, 0, 0, 2, 0]);
  }
  const minutes = statistics.view('hour', 'total').series[0]?.points ?? [];
  expect(minutes.slice(-2).map(([count]) => count)).toEqual([1, 1]);
  expect(statistics.view('hour', 'connector').series.map(({ name, sum }) => [name, sum[1]])).toEqual([
    ['m365', 1],
  ]);
});

test('survive a restart without being counted twice, and what is old goes', async () => {
  const { clock, store, statistics } = await opened();
  statistics.count(accepted());
  await statistics.flush();
  await clock.advance(60_000);
  statistics.count(accepted());
  await statistics.flush();
  const again = await Statistics.open(clock, store.records);
  again.count(accepted());
  expect(again.view('day', 'total').series[0]?.sum[0]).toBe(3);
  expect(again.view('hour', 'total').series[0]?.sum[0]).toBe(3);
  await clock.advance(3_600_000);
  expect(again.view('hour', 'total').series).toEqual([]);
  expect(again.view('day', 'total').series[0]?.sum[0]).toBe(3);
  await clock.advance(31 * 86_400_000);
  await again.flush();
  expect(again.view('month', 'total').series).toEqual([]);
  for (const kind of ['hour', 'day', 'month']) {
    expect(await store.records.list({ kind: `statistics/${kind}`, limit: 10 })).toEqual([]);
  }
});

test('one write a flush, and none where nothing has changed', async () => {
  const { clock, store } = await opened();
  let writes = 0;
  const records: typeof store.records = {
    get: (kind, key) => store.records.get(kind, key),
    list: (query) => store.records.list(query),
    write: (changes) => {
      writes += 1;
      return store.records.write(changes);
    },
  };
  const statistics = await Statistics.open(clock, records);
  for (let n = 0; n < 1000; n += 1) statistics.count(accepted());
  await statistics.flush();
  await statistics.flush();
  expect(writes).toBe(1);
});

test('names beyond the bound are counted together', async () => {
  const { statistics } = await opened();
  for (let n = 0; n < 300; n += 1) statistics.count(accepted(`source-${n}`));
  statistics.count(accepted('__proto__'));
  const { series } = statistics.view('hour', 'source');
  expect(series).toHaveLength(20);
  expect(series.reduce((sum, one) => sum + (one.sum[0] ?? 0), 0)).toBe(301);
  expect(series.some(({ name }) => name === '(other)')).toBe(true);
});

test('counts are kept no longer than retention says, each resolution by its own time, in the store too', async () => {
  const { clock, store, statistics } = await opened();
  const minute = 60_000;
  statistics.keep({ hour: 10 * minute, day: 120 * minute, month: 2 * 24 * 60 * minute });
  statistics.count(accepted());
  const sums = () =>
    (['hour', 'day', 'month'] as const).map(
      (range) => statistics.view(range, 'total').series[0]?.sum[0] ?? 0,
    );
  await clock.advance(8 * minute);
  await statistics.flush();
  expect(sums()).toEqual([1, 1, 1]);
  await clock.advance(20 * minute);
  await statistics.flush();
  expect(sums()).toEqual([0, 1, 1]);
  await clock.advance(150 * minute);
  await statistics.flush();
  expect(sums()).toEqual([0, 0, 1]);
  await clock.advance(3 * 24 * 60 * minute);
  await statistics.flush();
  expect(sums()).toEqual([0, 0, 0]);
  const again = await Statistics.open(clock, store.records);
  expect(again.view('month', 'total').series).toEqual([]);
});
