import { expect, test } from 'vitest';
import type { RelayEvent } from '../observe/events.ts';
import { RecordedEvents } from '../observe/events.ts';
import { Days } from '../observe/traffic/days.ts';
import { Habits } from '../observe/traffic/habits.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { ReviewKeeper } from './keeper.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const blocked = '203.0.113.66';

async function world(start = '2026-11-02T10:00:00Z') {
  const clock = new FakeClock(start);
  const store = createMemoryStore({ clock });
  const { records } = store;
  const [days, habits] = await Promise.all([Days.open(clock, records), Habits.open(clock, records)]);
  let number = 0;
  const open = async () => {
    const events = new RecordedEvents();
    const keeper = await ReviewKeeper.open({
      clock,
      events,
      records,
      days,
      habits,
      newId: () => `F${(number += 1)}`,
      learnMs: 7 * dayMs,
      isBlocked: (address) => address === blocked,
    });
    return { keeper, events };
  };
  const note = (event: RelayEvent): void => {
    days.count(event);
    habits.note(event);
  };
  return { clock, store, open, note };
}

const refusal = (address: string): RelayEvent => ({
  kind: 'refused',
  ref: 'R1',
  address,
  listener: 'devices',
  stage: 'rcpt',
  reply: '550 5.7.1 Not authorised',
  rule: 'no-source',
  explanation: 'x',
});

const times = (count: number, run: () => void): void => {
  for (let done = 0; done < count; done++) run();
};

test('looks by itself, tells each finding once, and keeps it over a restart', async () => {
  const { clock, open, note } = await world();
  const { keeper, events } = await open();
  times(25, () => note(refusal('198.51.100.9')));
  times(25, () => note(refusal(blocked)));
  await clock.advance(3 * hourMs);
  expect(events.list).toMatchObject([
    { kind: 'review-finding', finding: 'unauthorised-address', subject: '198.51.100.9', severity: 'warning' },
  ]);
  await keeper[Symbol.asyncDispose]();
  expect(clock.pendingTimers).toBe(0);
  const again = await open();
  expect(again.keeper.all()).toEqual(keeper.all());
  await clock.advance(hourMs);
  expect(again.events.list).toEqual([]);
  await again.keeper[Symbol.asyncDispose]();
});

test('what was dismissed is not found again, over restarts; taken back it is open', async () => {
  const { clock, open, note } = await world();
  const { keeper } = await open();
  times(25, () => note(refusal('198.51.100.9')));
  await keeper.look();
  const dismissed = await keeper.decide('F1', { state: 'dismissed', by: 'ada', note: 'our scanner' });
  expect(dismissed).toMatchObject({
    state: 'dismissed',
    decided: { by: 'ada', at: clock.now(), note: 'our scanner' },
  });
  await keeper[Symbol.asyncDispose]();
  await clock.advance(dayMs);
  const { keeper: next, events } = await open();
  times(500, () => note(refusal('198.51.100.9')));
  await next.look();
  expect(next.all()).toMatchObject([{ id: 'F1', state: 'dismissed', severity: 'serious' }]);
  expect(events.list).toEqual([]);
  const open1 = await next.decide('F1', { state: 'open', by: 'ada' });
  expect(open1?.decided).toBeUndefined();
  await next[Symbol.asyncDispose]();
});

test('what was taken up and is still found after a week is open again', async () => {
  const { clock, open, note } = await world();
  const { keeper, events } = await open();
  let size = 25;
  const attack = () => times((size *= 4), () => note(refusal('198.51.100.9')));
  attack();
  await keeper.look();
  await keeper.decide('F1', { state: 'accepted', by: 'ada' });
  await clock.advance(7 * dayMs - hourMs);
  attack();
  await keeper.look();
  expect(keeper.get('F1')?.state).toBe('accepted');
  await clock.advance(2 * hourMs);
  attack();
  await keeper.look();
  expect(keeper.get('F1')).toMatchObject({ state: 'open' });
  expect(keeper.get('F1')?.decided).toBeUndefined();
  const told = events.list.filter((event) => event.kind === 'review-finding' && event.id === 'F1');
  expect(told).toHaveLength(2);
  await keeper[Symbol.asyncDispose]();
});

test('what came just before midnight is found just after it', async () => {
  const { clock, open, note } = await world('2026-11-02T23:59:00Z');
  const { keeper, events } = await open();
  times(25, () => note(refusal('198.51.100.9')));
  await clock.advance(10 * 60_000);
  expect(events.list).toMatchObject([{ subject: '198.51.100.9' }]);
  await keeper[Symbol.asyncDispose]();
});

test('a source that changes is found from what it was seen doing', async () => {
  const { clock, open, note } = await world();
  const { keeper, events } = await open();
  const session = (address: string, tls?: string): void =>
    note({ kind: 'recognised', source: 'erp', address, listener: 'apps', ...(tls ? { tls } : {}) });
  const mail = (): void =>
    note({
      kind: 'accepted',
      id: 'Q',
      source: 'erp',
      address: '',
      sender: 'erp@a.example',
      recipients: 1,
      bytes: 9,
    });
  for (let day = 0; day < 8; day++) {
    session('192.0.2.7', 'TLSv1.3');
    times(10, mail);
    await clock.advance(dayMs);
  }
  expect(events.list).toEqual([]);
  session('203.0.113.5');
  times(200, mail);
  await keeper.look();
  expect(
    keeper
      .all()
      .map(({ kind, source }) => `${source} ${kind}`)
      .toSorted(),
  ).toEqual(['erp new-address', 'erp tls-downgrade', 'erp volume']);
  await keeper[Symbol.asyncDispose]();
});

test('findings are forgotten with what was decided, after they were last seen', async () => {
  const { clock, store, open, note } = await world();
  const { keeper } = await open();
  times(25, () => note(refusal('198.51.100.9')));
  await keeper.look();
  await keeper.decide('F1', { state: 'dismissed', by: 'ada' });
  const seen = clock.now();
  expect(await keeper.forget(seen)).toBe(0);
  await clock.advance(hourMs);
  expect(await keeper.forget(clock.now())).toBe(1);
  expect(await store.records.list({ kind: 'review', limit: 10 })).toEqual([]);
  await keeper[Symbol.asyncDispose]();
});

test('a decision about what there is not is none', async () => {
  const { open } = await world();
  const { keeper } = await open();
  expect(await keeper.decide('F9', { state: 'accepted', by: 'ada' })).toBeUndefined();
  await keeper[Symbol.asyncDispose]();
});
