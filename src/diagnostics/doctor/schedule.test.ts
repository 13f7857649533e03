import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { Check } from './check.ts';
import { Doctor } from './doctor.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const check: Check = {
  name: 'disk',
  title: 'Disk',
  looksAt: 'room',
  source: 'docs',
  timeoutMs: 1_000,
  run: () => Promise.resolve([{ state: 'ok', input: '/', evidence: 'room' }]),
};

/** Doctors that are started one after the other on the same data. */
function patient(start = '2026-11-23T08:00:00Z') {
  const clock = new FakeClock(start);
  let text: string | undefined;
  const store = {
    document: () => Promise.resolve(text),
    putDocument: (_name: string, next: string) => {
      text = next;
      return Promise.resolve();
    },
  };
  const daily: string[] = [];
  const open = () =>
    Doctor.open({
      clock,
      store,
      checks: [check],
      context: () => ({ context: { clock } as never, seen: () => [], close: () => Promise.resolve() }),
      onRun: ({ at, by }) => {
        if (by === 'daily') daily.push(new Date(at).toISOString());
      },
      onFault: (error) => {
        throw error;
      },
    });
  return { clock, open, daily };
}

const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

describe('the daily run', () => {
  it('comes a minute after the first start, and then at that time each day', async () => {
    const { clock, open, daily } = patient();
    await using doctor = await open();
    doctor.startDaily();
    expect(time(doctor.nextAt)).toBe('2026-11-23T08:01:00.000Z');
    await clock.advance(minute);
    expect(time(doctor.nextAt)).toBe('2026-11-24T08:01:00.000Z');
    await clock.advance(2 * day);
    expect(daily).toEqual([
      '2026-11-23T08:01:00.000Z',
      '2026-11-24T08:01:00.000Z',
      '2026-11-25T08:01:00.000Z',
    ]);
  });

  it('keeps its time over restarts and after runs by hand', async () => {
    const { clock, open, daily } = patient();
    {
      await using first = await open();
      first.startDaily();
      await clock.advance(5 * hour);
      await first.run('operator', ['disk']);
      expect(time(first.nextAt)).toBe('2026-11-24T08:01:00.000Z');
    }
    for (let restart = 0; restart < 3; restart += 1) {
      await using again = await open();
      again.startDaily();
      expect(time(again.nextAt)).toBe('2026-11-24T08:01:00.000Z');
      await clock.advance(hour);
    }
    await using last = await open();
    last.startDaily();
    await clock.advance(day);
    expect(daily).toEqual(['2026-11-23T08:01:00.000Z', '2026-11-24T08:01:00.000Z']);
  });

  it('that was missed is made up for after the start, and the next is at the usual time', async () => {
    const { clock, open, daily } = patient();
    {
      await using first = await open();
      first.startDaily();
      await clock.advance(hour);
    }
    await clock.advance(3 * day);
    await using again = await open();
    again.startDaily();
    await clock.advance(minute);
    expect(daily.at(-1)).toBe('2026-11-26T09:01:00.000Z');
    expect(time(again.nextAt)).toBe('2026-11-27T08:01:00.000Z');
  });

  it('is not doubled where it was made up for shortly before its time', async () => {
    const { clock, open } = patient();
    {
      await using first = await open();
      first.startDaily();
      await clock.advance(hour);
    }
    await clock.advance(day + 22 * hour + 30 * minute);
    await using again = await open();
    again.startDaily();
    await clock.advance(minute);
    expect(time(again.nextAt)).toBe('2026-11-26T08:01:00.000Z');
  });

  it('does not wait for a day that a wrong clock once showed', async () => {
    const ahead = patient('2030-01-01T00:00:00Z');
    {
      await using first = await ahead.open();
      first.startDaily();
      await ahead.clock.advance(hour);
    }
    const { nextDaily } = await import('./schedule.ts');
    const now = new FakeClock().now();
    const wrong = { anchor: ahead.clock.now(), last: ahead.clock.now() };
    expect(nextDaily(wrong, now)).toBe(now + minute);
  });

  it('waits for a run by hand, and does all checks itself', async () => {
    const { clock, open, daily } = patient();
    await using doctor = await open();
    doctor.startDaily();
    await clock.advance(minute - 1);
    const byHand = doctor.run('operator', []);
    await clock.advance(1);
    await byHand;
    await clock.advance(1);
    expect(daily).toHaveLength(1);
    expect(doctor.last?.by).toBe('daily');
    expect(doctor.last?.findings.map(({ id }) => id)).toEqual(['disk']);
  });
});
