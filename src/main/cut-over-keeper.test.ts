import { expect, test } from 'vitest';
import { RecordedEvents } from '../observe/events.ts';
import type { RelayEvent } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { plus } from '../platform/clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { sendersMax } from './cut-over-counts.ts';
import { CutOverKeeper } from './cut-over-keeper.ts';

const hour = 3_600_000;

async function open() {
  const clock = new FakeClock();
  const store = createMemoryStore({ clock });
  const events = new RecordedEvents();
  const keeper = await CutOverKeeper.open(store, clock, events);
  const start = (ms: number) =>
    keeper.start({
      networks: ['10.0.0.0/8'],
      ranges: [],
      since: clock.now(),
      until: plus(clock.now(), ms),
      by: 'alex',
    });
  const ends = () => events.list.filter((event) => event.kind === 'warning').map(({ text }) => text);
  return { clock, store, events, keeper, start, ends };
}

function refusal(change: Partial<Extract<RelayEvent, { kind: 'refused' }>> = {}): RelayEvent {
  return {
    kind: 'refused',
    ref: 'r',
    address: '10.0.0.7',
    listener: 'devices',
    stage: 'rcpt',
    reply: '451 4.7.1 x',
    rule: 'cut-over',
    explanation: 'test',
    sender: 'a@contoso.com',
    ...change,
  };
}

test('it ends at its moment by itself, once, and says so', async () => {
  const { clock, keeper, start, ends } = await open();
  await start(hour);
  await clock.advance(hour - 1);
  expect(keeper.current?.by).toBe('alex');
  expect(ends()).toEqual([]);
  await clock.advance(1);
  expect(keeper.current).toBeUndefined();
  expect(ends()).toEqual([expect.stringContaining('is over')]);
  await clock.advance(10 * hour);
  expect(ends()).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a longer one in its place ends at its own moment', async () => {
  const { clock, keeper, start, ends } = await open();
  await start(hour);
  await start(2 * hour);
  await clock.advance(hour);
  expect(keeper.current).toBeDefined();
  await clock.advance(hour);
  expect(keeper.current).toBeUndefined();
  expect(ends()).toHaveLength(1);
});

test('a restart does not end it, and does not lengthen it', async () => {
  const { clock, store, keeper, start } = await open();
  await start(2 * hour);
  keeper[Symbol.dispose]();
  await clock.advance(hour);
  const events = new RecordedEvents();
  const again = await CutOverKeeper.open(store, clock, events);
  expect(again.current).toMatchObject({ by: 'alex', networks: ['10.0.0.0/8'] });
  await clock.advance(hour);
  expect(again.current).toBeUndefined();
  expect(events.list.map(({ kind }) => kind)).toEqual(['danger', 'warning']);
});

test('one that ended while the relay was stopped is over', async () => {
  const { clock, store, keeper, start } = await open();
  await start(hour);
  keeper[Symbol.dispose]();
  await clock.advance(hour);
  const events = new RecordedEvents();
  const again = await CutOverKeeper.open(store, clock, events);
  expect(again.current).toBeUndefined();
  expect(events.list).toEqual([]);
});

test('who is told to come back is counted: recipients each time, senders once, and no more than can be kept', async () => {
  const { keeper, start } = await open();
  await start(hour);
  keeper.note(refusal());
  keeper.note(refusal({ recipient: 'b@contoso.com' }));
  keeper.note(refusal({ sender: 'b@contoso.com' }));
  keeper.note(refusal({ address: '10.0.0.8' }));
  keeper.note(refusal({ rule: 'no-source' }));
  expect(keeper.deferred).toEqual({ recipients: 4, senders: 3 });
  for (let n = 0; n < sendersMax + 10; n += 1) keeper.note(refusal({ sender: `${n}@contoso.com` }));
  expect(keeper.deferred).toEqual({ recipients: sendersMax + 14, senders: sendersMax });
  // The next one begins anew.
  await start(hour);
  expect(keeper.deferred).toEqual({ recipients: 0, senders: 0 });
});
