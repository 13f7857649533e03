import { expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import { LockOuts } from './lock-outs.ts';

function make(clock: FakeClock) {
  return new LockOuts({ clock, failures: 2, lockOutMs: 60_000, keysMax: 100 });
}

test('lock-outs that hold are listed, can be ended, and are put back after a restart', async () => {
  const clock = new FakeClock();
  const lockOuts = make(clock);
  for (const key of ['a', 'a', 'b', 'c', 'c']) lockOuts.failed(key);
  expect(lockOuts.list().map(({ key }) => key)).toEqual(['a', 'c']);
  expect(lockOuts.end('b')).toBe(false);
  expect(lockOuts.end('a')).toBe(true);
  expect(lockOuts.lockedUntil('a')).toBeUndefined();
  const again = make(clock);
  again.restore(lockOuts.list());
  expect(again.lockedUntil('c')).toBe(clock.now() + 60_000);
  await clock.advance(60_000);
  expect(again.list()).toEqual([]);
  // The next one is twice as long, as it would have been without the restart.
  again.failed('c');
  again.failed('c');
  expect(again.lockedUntil('c')).toBe(clock.now() + 120_000);
});
