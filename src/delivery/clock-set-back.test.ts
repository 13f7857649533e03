/** A machine whose clock was hours ahead and is corrected: no mail waits for hours because of it. */
import { describe, expect, test } from 'vitest';
import type { RecipientOutcome } from '../message/outcome.ts';
import { instant } from '../platform/clock.ts';
import { RateWindow } from './rate-window.ts';
import { SlidingWindow } from './ledger/window.ts';
import { noSuchUser, testFailure, unreachable } from './testing/messages.ts';
import { TestRelay } from './testing/test-relay.ts';

const minute = 60_000;
const hour = 60 * minute;
const retry = { initial: '1m', maximum: '10m' };
const later = { kind: 'failed', failure: { ...noSuchUser, permanence: 'transient' } } as const;
const relayed: RecipientOutcome = {
  kind: 'relayed',
  reply: { code: 250, lines: ['queued'] },
  dsnPassedOn: false,
};

describe('the clock is set back by three hours', () => {
  test('a message that waits for its next attempt does not wait for longer than was meant', async () => {
    let outcome: RecipientOutcome = later;
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', retry }], script: () => outcome });
    const id = await relay.send();
    await relay.run(10);
    outcome = relayed;
    relay.clock.setBack(3 * hour);
    relay.delivery.clockSetBack();
    await relay.run(minute);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    expect((await relay.message(id)).progress.notes.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('the clock was set back'),
    );
    await relay.end();
  });

  test('a wait that the next hop asked for is kept', async () => {
    const retryAfterMs = 30 * minute;
    let outcome: RecipientOutcome = { kind: 'failed', failure: { ...later.failure, retryAfterMs } };
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', retry }], script: () => outcome });
    const id = await relay.send();
    await relay.run(10);
    outcome = relayed;
    relay.clock.setBack(3 * hour);
    relay.delivery.clockSetBack();
    await relay.run(29 * minute);
    expect(await relay.kinds(id)).toEqual(['pending']);
    await relay.run(2 * minute);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('a route that failures have suspended is probed', async () => {
    let outcome: RecipientOutcome = { kind: 'failed', failure: unreachable };
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', retry }], script: () => outcome });
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => relay.send()));
    await relay.run(20 * minute);
    expect(relay.delivery.status().connectors[0]).toHaveProperty('suspended');
    outcome = relayed;
    relay.clock.setBack(3 * hour);
    relay.delivery.clockSetBack();
    await relay.run(11 * minute);
    for (const id of ids) expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('a sender who was stopped is tried again', async () => {
    const failure = testFailure({ scope: 'connector', aboutTheSender: true, permanence: 'permanent' });
    let outcome: RecipientOutcome = { kind: 'failed', failure };
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', retry }], script: () => outcome });
    const id = await relay.send();
    await relay.run(20 * minute);
    outcome = relayed;
    relay.clock.setBack(3 * hour);
    relay.delivery.clockSetBack();
    await relay.run(11 * minute);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('messagesPerMinute is a matter of a minute', async () => {
    const window = new RateWindow(2);
    const now = instant(10 * hour);
    window.take(now);
    window.take(now);
    const back = instant(7 * hour);
    expect(window.free(back)).toBe(0);
    expect(window.nextAt(back)).toBeLessThanOrEqual(back + minute);
    expect(window.free(instant(back + minute - 1))).toBe(0);
    expect(window.free(instant(back + minute))).toBeGreaterThan(0);
  });

  test('the limit of a mailbox by the minute is a matter of a minute, and what was counted is not forgotten', () => {
    const window = new SlidingWindow({ bucketMs: 1_000, buckets: 60 });
    window.add(instant(10 * hour), 30);
    const back = instant(7 * hour);
    expect(window.total(back)).toBe(30);
    expect(window.fallsTo(29, back)).toBeLessThanOrEqual(back + 61_000);
    expect(window.total(instant(back + 61_000))).toBe(0);
  });
});
