import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { watchPolicy } from './watch-policy.ts';

test('a version that could not be kept is tried until it can, and its reason is told once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-watch-'));
  await using _removed = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
  const file = join(directory, 'policy.yaml');
  await writeFile(file, '{}');
  const clock = new FakeClock();
  const events = new RecordedEvents();
  const attempts: number[] = [];
  const keeper = {
    reloadIfChanged() {
      attempts.push(clock.now());
      return attempts.length < 4 ? Promise.reject(new Error('no room left')) : Promise.resolve();
    },
  };
  using watch = watchPolicy(keeper, file, clock, events);
  watch.again();
  await clock.advance(60_000);
  expect(attempts.length).toBe(4);
  expect(events.list).toEqual([
    expect.objectContaining({ kind: 'fault', where: 'policy watch', text: 'no room left' }),
  ]);
  watch[Symbol.dispose]();
  watch.again();
  expect(clock.pendingTimers).toBe(0);
});
