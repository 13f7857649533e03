import { describe, expect, test } from 'vitest';
import type { Progress, RecipientState } from '../message/message.ts';
import type { RecipientOutcome } from '../message/outcome.ts';
import { instant } from '../platform/clock.ts';
import type { RecipientResult, Settled } from './settlement.ts';
import { settleRound } from './settlement.ts';
import type { TestMessage } from './testing/messages.ts';
import {
  lostReply,
  noSuchUser,
  testAccepted,
  testFailure,
  testReply,
  unreachable,
} from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';

const minute = 60_000;
const hour = 60 * minute;
const retry = { initial: minute, maximum: 30 * minute, expireAfter: 48 * hour, delayNoticeAfter: 4 * hour };
const pending: RecipientState = { kind: 'pending', notBefore: instant(0), attempts: 2 };
const busy = testFailure({ code: 'busy' });

function attempted(outcome: RecipientOutcome, suspendedUntil?: number): RecipientResult {
  return {
    kind: 'attempted',
    outcome,
    connector: 'smart',
    host: 'h:25',
    retry,
    ...(suspendedUntil !== undefined && { suspendedUntil: instant(suspendedUntil) }),
  };
}

function waits(
  until: number,
  more: Partial<Extract<RecipientResult, { kind: 'waits' }>> = {},
): RecipientResult {
  return { kind: 'waits', until: instant(until), retry, mayExpire: true, ...more };
}

interface Case {
  readonly now?: number;
  readonly states?: readonly RecipientState[];
  readonly message?: Partial<TestMessage>;
  readonly delayNoticeAt?: number;
}

/** Settles results by index; the message was accepted at 0. */
function settle(results: readonly (RecipientResult | undefined)[], more: Case = {}): Settled {
  const recipients = results.map((_, index) => `user${index}@example.org`);
  const progress: Progress = {
    recipients: more.states ?? results.map(() => pending),
    attempts: [],
    inDoubt: 0,
    notes: [],
    ...(more.delayNoticeAt !== undefined && { delayNoticeAt: instant(more.delayNoticeAt) }),
  };
  return settleRound({
    now: instant(more.now ?? 10),
    accepted: testAccepted({ id: 'M', at: instant(0), recipients, ...more.message }),
    progress,
    results: new Map(results.flatMap((result, index) => (result ? [[index, result] as const] : []))),
    jitter: 0,
  });
}

const failed = (failure = busy): RecipientOutcome => ({ kind: 'failed', failure });

describe('the state after a round', () => {
  test.each([
    {
      reason: 'handed over',
      result: attempted(relayed),
      state: {
        kind: 'relayed',
        at: 10,
        connector: 'smart',
        host: 'h:25',
        reply: testReply(250, '2.0.0', 'queued'),
      },
    },
    {
      reason: 'transient: counted, a back-off later',
      result: attempted(failed()),
      state: { kind: 'pending', attempts: 3, notBefore: 10 + 4 * minute, last: busy },
    },
    {
      reason: 'permanent for the recipient: failed',
      result: attempted(failed(noSuchUser)),
      state: { kind: 'failed', at: 10, failure: noSuchUser },
    },
    {
      reason: 'permanent for the connector is ours to put right: it holds, it does not bounce (D11)',
      result: attempted(failed({ ...unreachable, permanence: 'permanent' }), 5000),
      state: { kind: 'pending', attempts: 2, notBefore: 5000 + minute / 2 },
    },
    {
      reason: 'an attempt that met a suspension is not counted',
      result: attempted(failed(unreachable), 7000),
      state: { kind: 'pending', attempts: 2, notBefore: 7000 + minute / 2, last: unreachable },
    },
    {
      reason: 'in doubt: tried again and counted',
      result: attempted({ kind: 'in-doubt', failure: lostReply }),
      state: { kind: 'pending', attempts: 3, last: lostReply },
    },
    {
      reason: 'in doubt is counted even where the way was closed by it',
      result: attempted({ kind: 'in-doubt', failure: lostReply }, 99),
      state: { kind: 'pending', attempts: 3 },
    },
    { reason: 'not tried: as it was (D30)', result: attempted({ kind: 'not-tried' }), state: pending },
    {
      reason: 'waiting is no attempt',
      result: waits(500, { failure: unreachable }),
      state: { kind: 'pending', attempts: 2, notBefore: 500, last: unreachable },
    },
  ])('$reason', ({ result, state }) => {
    expect(settle([result]).recipients[0]).toMatchObject(state);
  });

  test.each<{ reason: string; result: RecipientResult; state: object; now?: number }>([
    {
      reason: 'the last attempt is made when the time is up, not a back-off later',
      now: 48 * hour - minute,
      result: attempted(failed()),
      state: { kind: 'pending', notBefore: 48 * hour },
    },
    {
      reason: 'a failure after that expires it',
      result: attempted(failed()),
      state: { kind: 'expired', at: 48 * hour, last: busy },
    },
    {
      reason: 'a refusal after that is a refusal',
      result: attempted(failed(noSuchUser)),
      state: { kind: 'failed' },
    },
    { reason: 'a success after that is a success', result: attempted(relayed), state: { kind: 'relayed' } },
    {
      reason: 'without a route it expires too',
      result: waits(49 * hour, { failure: unreachable }),
      state: { kind: 'expired', last: unreachable },
    },
    {
      reason: 'a suspension that outlasts the time ends with it',
      now: 47 * hour,
      result: waits(50 * hour),
      state: { kind: 'pending', notBefore: 48 * hour },
    },
    {
      reason: 'what an operator stopped does not age',
      result: waits(49 * hour, { mayExpire: false }),
      state: { kind: 'pending', notBefore: 49 * hour },
    },
    {
      reason: 'our own stop does not expire anything',
      result: attempted({ kind: 'not-tried' }),
      state: pending,
    },
  ])('at expiry: $reason', ({ result, state, now }) => {
    expect(settle([result], { now: now ?? 48 * hour }).recipients[0]).toMatchObject(state);
  });

  test('one refused, one taken, one deferred: each has its own state, and one notice is due (D29)', () => {
    const { recipients, notices } = settle([
      attempted(failed(noSuchUser)),
      attempted(relayed),
      attempted(failed()),
    ]);
    expect(recipients.map(({ kind }) => kind)).toEqual(['failed', 'relayed', 'pending']);
    expect(notices).toEqual({ failed: [0], delayed: [], relayed: [] });
  });

  test('what is held, final or without a result is left alone', () => {
    const held: RecipientState = { kind: 'held', at: instant(1), by: 'op', reason: 'x', attempts: 0 };
    const gone: RecipientState = { kind: 'failed', at: instant(1), failure: noSuchUser };
    const states = [held, gone, pending];
    expect(settle([attempted(relayed), attempted(relayed), undefined], { states }).recipients).toEqual(
      states,
    );
  });
});

describe('the notices that are due', () => {
  test.each<{ reason: string; result: RecipientResult; more?: Case; expected: Partial<Settled['notices']> }>([
    { reason: 'failed', result: attempted(failed(noSuchUser)), expected: { failed: [0] } },
    { reason: 'expired', result: attempted(failed()), more: { now: 48 * hour }, expected: { failed: [0] } },
    {
      reason: 'no notice about a notice',
      result: attempted(failed(noSuchUser)),
      more: { message: { isNotice: true, sender: null } },
      expected: {},
    },
    {
      reason: 'no delay notice before its time',
      result: attempted(failed()),
      more: { now: 4 * hour - 1 },
      expected: {},
    },
    { reason: 'delayed', result: attempted(failed()), more: { now: 4 * hour }, expected: { delayed: [0] } },
    {
      reason: 'a suspension delays as well as a refusal',
      result: waits(5 * hour),
      more: { now: 4 * hour },
      expected: { delayed: [0] },
    },
    {
      reason: 'one delay notice, not one an attempt',
      result: attempted(failed()),
      more: { now: 9 * hour, delayNoticeAt: 4 * hour },
      expected: {},
    },
    {
      reason: 'relayed, where asked',
      result: attempted(relayed),
      more: { message: { notify: ['success'] } },
      expected: { relayed: [0] },
    },
    { reason: 'relayed, where nobody asked', result: attempted(relayed), expected: {} },
    {
      reason: 'relayed, where the next hop has taken the request on (RFC 3461 5.2.2)',
      result: attempted({ ...relayed, dsnPassedOn: true } as RecipientOutcome),
      more: { message: { notify: ['success'] } },
      expected: {},
    },
  ])('$reason', ({ result, more, expected }) => {
    expect(settle([result], more).notices).toEqual({ failed: [], delayed: [], relayed: [], ...expected });
  });

  test('a delay notice leaves its mark', () => {
    expect(settle([attempted(failed())], { now: 4 * hour }).delayNoticeAt).toBe(4 * hour);
    expect(settle([attempted(failed())], { now: hour }).delayNoticeAt).toBeUndefined();
  });
});
