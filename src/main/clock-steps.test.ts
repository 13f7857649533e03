import { expect, test } from 'vitest';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { watchClockSteps } from './clock-steps.ts';

const hour = 3_600_000;

function world() {
  const clock = new FakeClock();
  const events = new RecordedEvents();
  const store = createMemoryStore({ clock });
  let told = 0;
  const onSetBack = (): void => {
    told++;
  };
  return { clock, events, options: { store, clock, events, onSetBack }, told: () => told };
}

test('a clock that is set back while the relay runs is told once, and one that goes on is not', async () => {
  const { clock, events, options, told } = world();
  await using _watch = await watchClockSteps(options);
  await clock.advance(hour);
  clock.setBack(2_000);
  await clock.advance(hour);
  expect(told()).toBe(0);
  clock.setBack(3 * hour);
  await clock.advance(hour);
  expect(told()).toBe(1);
  expect(events.list).toEqual([
    expect.objectContaining({ kind: 'warning', text: expect.stringContaining('set back by 107') }),
  ]);
});

test('a clock that is set back while the relay is off is told at the start, also after a crash', async () => {
  const { clock, options, told } = world();
  const watch = await watchClockSteps(options);
  await clock.advance(10 * hour);
  // No end: what was put on record on the way is all there is.
  clock.setBack(5 * hour);
  {
    await using _second = await watchClockSteps(options);
    expect(told()).toBe(1);
    await clock.advance(1_000);
  }
  await using _third = await watchClockSteps(options);
  expect(told()).toBe(1);
  await watch[Symbol.asyncDispose]();
});

test('timers end with it', async () => {
  const { clock, options } = world();
  const watch = await watchClockSteps(options);
  await watch[Symbol.asyncDispose]();
  expect(clock.pendingTimers).toBe(0);
});
