import { expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import type { Clock } from '../platform/clock.ts';
import { instant, plus } from '../platform/clock.ts';
import { WorkAlarm } from './alarm.ts';

/** Rings of an alarm over this clock, each as the moment that `clock` showed. */
function listening(clock: Clock): { readonly alarm: WorkAlarm; readonly rings: number[] } {
  const alarm = new WorkAlarm(clock);
  const rings: number[] = [];
  alarm.listen(() => void rings.push(clock.now()));
  return { alarm, rings };
}

test('an earlier moment stands, a later one does not push it away', async () => {
  const clock = new FakeClock(instant(1_000));
  const { alarm, rings } = listening(clock);
  alarm.ringAt(instant(3_000));
  alarm.ringAt(instant(2_000));
  alarm.ringAt(instant(4_000));
  await clock.advance(5_000);
  expect(rings).toEqual([2_000]);
});

test.each([
  ['a timer that runs a millisecond early', -1],
  ['a time of day that was set back by an hour', -3_600_000],
])('%s: it rings when the moment has come, not before, and does not forget', async (_, shiftMs) => {
  const real = new FakeClock(instant(10_000_000));
  let shift = 0;
  const clock: Clock = {
    now: () => plus(real.now(), shift),
    after: (delayMs, run) => real.after(delayMs, run),
  };
  const { alarm, rings } = listening(clock);
  const due = plus(clock.now(), 5_000);
  alarm.ringAt(due);
  shift = shiftMs;
  await real.advance(5_000);
  expect(rings).toEqual([]);
  await real.advance(-shiftMs);
  expect(rings).toEqual([due]);
});
