import { expect, test } from 'vitest';
import { alertsSchema } from '../config/alerts-schema.ts';
import type { Instant } from '../platform/clock.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { Heartbeat } from './heartbeat.ts';

function beating(answer: () => boolean = () => true) {
  const clock = new FakeClock();
  const config = alertsSchema.parse({
    heartbeat: { url: 'https://ping.contoso.com/x', every: '5m' },
  }).heartbeat!;
  const at: number[] = [];
  const state: { lookAt: Instant | undefined } = { lookAt: undefined };
  const begin = clock.now();
  const heartbeat = new Heartbeat({
    config,
    clock,
    lastLookAt: () => state.lookAt,
    send() {
      at.push((clock.now() - begin) / 1000);
      return Promise.resolve({ ok: answer(), detail: '' });
    },
    onSent: () => undefined,
  });
  heartbeat.start();
  return { clock, at, state, heartbeat };
}

test('beats every few minutes while the watch looks, and not before its first look', async () => {
  const { clock, at, state } = beating();
  await clock.advance(29_000);
  for (let second = 30; second < 1_000; second += 10) {
    state.lookAt = clock.now();
    await clock.advance(10_000);
  }
  expect(at).toEqual([30, 330, 630, 930]);
});

test('a look that never ends stops it, and it comes back with the next look', async () => {
  const { clock, at, state } = beating();
  state.lookAt = clock.now();
  await clock.advance(3_600_000);
  expect(at).toEqual([30]);
  state.lookAt = clock.now();
  await clock.advance(30_000);
  expect(at).toHaveLength(2);
});

test('a beat that was not taken is tried again soon, and none is sent after the end', async () => {
  const { clock, at, state, heartbeat } = beating(() => false);
  state.lookAt = clock.now();
  await clock.advance(90_000);
  expect(at).toEqual([30, 60, 90]);
  heartbeat[Symbol.dispose]();
  await clock.advance(600_000);
  expect(at).toHaveLength(3);
});
