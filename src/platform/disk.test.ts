import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { freeBytesOf, watchDisk } from './disk.ts';
import { FakeClock } from './fake-clock.ts';

test('full below the minimum, and well again only with a margin', async () => {
  const clock = new FakeClock();
  let free: number | undefined = 1000;
  const guard = watchDisk({
    path: '/data',
    clock,
    minimumFreeBytes: 1000,
    intervalMs: 100,
    freeBytes: async () => free,
  });
  const after = async (bytes: number | undefined) => {
    free = bytes;
    await clock.advance(101);
    return guard.isFull;
  };
  expect(guard.bytesFree).toBeUndefined();
  expect(await after(1000)).toBe(false);
  expect(await after(999)).toBe(true);
  expect(await after(1000)).toBe(true);
  expect(await after(1050)).toBe(false);
  expect(await after(0)).toBe(true);
  expect(await after(undefined)).toBe(false);
  guard[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});

test('asks the system', async () => {
  expect(await freeBytesOf(tmpdir())).toBeGreaterThan(0);
  expect(await freeBytesOf('/nowhere/at/all')).toBeUndefined();
});
