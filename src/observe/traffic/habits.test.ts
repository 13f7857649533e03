import { expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { RelayEvent } from '../events.ts';
import { Habits, habitDays } from './habits.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const accepted = (sender = 'a@contoso.com', recipients = 1): RelayEvent => ({
  kind: 'accepted',
  id: 'Q',
  source: 'printer',
  address: '192.0.2.7',
  sender,
  recipients,
  bytes: 1000,
});

const recognised = (address = '192.0.2.7', tls?: string): RelayEvent => ({
  kind: 'recognised',
  source: 'printer',
  address,
  listener: 'devices',
  ...(tls === undefined ? {} : { tls }),
});

async function opened() {
  const clock = new FakeClock('2026-11-02T08:30:00Z');
  const store = createMemoryStore({ clock });
  return { clock, store, habits: await Habits.open(clock, store.records) };
}

const today = (habits: Habits) => habits.get('printer')?.days.at(-1)?.slice(1);

test('messages, recipients and sessions are counted by day and hour', async () => {
  const { clock, habits } = await opened();
  habits.note(recognised());
  habits.note(recognised('192.0.2.7', 'TLSv1.3'));
  habits.note(accepted('a@contoso.com', 3));
  habits.note(accepted());
  expect(today(habits)).toEqual([2, 4, 1, 1]);
  expect(habits.get('printer')?.hours.messages[8]).toBe(2);
  await clock.advance(dayMs + 2 * hourMs);
  habits.note(accepted());
  expect(today(habits)).toEqual([1, 1, 0, 0]);
  const { hours } = habits.get('printer') ?? {};
  const firstDay = Date.parse('2026-11-02') / dayMs;
  expect([hours?.messages[8], hours?.messages[10], hours?.before[8], hours?.before[10]]).toEqual([
    0,
    1,
    firstDay,
    0,
  ]);
});

test('domains of recipients are known with the moment they were seen first, in a bounded number', async () => {
  const { clock, habits } = await opened();
  const first = clock.now();
  const to = (...domains: string[]): void => habits.note({ ...accepted(), domains } as RelayEvent);
  to('contoso.com', 'fabrikam.example');
  await clock.advance(hourMs);
  to('contoso.com');
  expect(habits.get('printer')?.domains).toEqual({
    first: [
      ['contoso.com', first],
      ['fabrikam.example', first],
    ],
  });
  for (let n = 0; n < 50; n += 1) to(`d${n}.example`);
  expect(habits.get('printer')?.domains).toMatchObject({ isMany: true });
  expect(habits.get('printer')?.domains?.first).toHaveLength(40);
});

test('no more days are kept than are looked at', async () => {
  const { clock, habits } = await opened();
  for (let day = 0; day < 60; day++) {
    habits.note(accepted());
    await clock.advance(dayMs);
  }
  expect(habits.get('printer')?.days).toHaveLength(habitDays);
});

test('names are told apart up to a bound, and beyond it that there are many', async () => {
  const { habits } = await opened();
  habits.note(accepted('A@Contoso.com'));
  habits.note(accepted('a@contoso.com'));
  expect(habits.get('printer')?.senders.first.map(([name]) => name)).toEqual(['a@contoso.com']);
  for (let number = 0; number < 10_000; number++) habits.note(accepted(`${number}@contoso.com`));
  const { senders } = habits.get('printer') ?? {};
  expect(senders?.first).toHaveLength(40);
  expect(senders?.isMany).toBe(true);
});

// RFC 8996
test('TLS 1.0 and 1.1 are remembered, newer versions are not', async () => {
  const { habits } = await opened();
  habits.note(recognised('192.0.2.7', 'TLSv1.2'));
  expect(habits.get('printer')?.oldTls).toBeUndefined();
  habits.note(recognised('192.0.2.8', 'TLSv1.1'));
  habits.note(recognised('192.0.2.9', 'TLSv1'));
  expect(habits.get('printer')?.oldTls).toMatchObject({
    version: 'TLSv1',
    address: '192.0.2.9',
    sessions: 2,
  });
});

test('what was written is there after a restart', async () => {
  const { clock, store, habits } = await opened();
  habits.note(recognised());
  habits.note(accepted());
  await habits.flush();
  const again = await Habits.open(clock, store.records);
  expect(again.get('printer')).toEqual(habits.get('printer'));
});

test('sources beyond the bound push out the one unused for longest', async () => {
  const { habits } = await opened();
  for (let number = 0; number < 5_001; number++) {
    habits.note({ ...accepted(), source: `s${number}` } as RelayEvent);
  }
  expect(habits.all()).toHaveLength(5_000);
  expect(habits.get('s0')).toBeUndefined();
});
