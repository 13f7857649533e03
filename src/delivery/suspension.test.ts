import { describe, expect, test } from 'vitest';
import type { DeliveryOutcome, RecipientOutcome } from '../message/outcome.ts';
import { instant } from '../platform/clock.ts';
import type { Suspension } from './suspension.ts';
import {
  afterAttempt,
  evidenceOf,
  failuresBeforeSuspension,
  gateOf,
  open,
  probeStarted,
  stricter,
} from './suspension.ts';
import { lostReply, noSuchUser, testFailure, unreachable } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';

const minute = 60_000;
const retry = {
  initial: minute,
  maximum: 30 * minute,
  expireAfter: 2880 * minute,
  delayNoticeAfter: 240 * minute,
};
const broken = { kind: 'broken', level: 'connector', failure: unreachable } as const;
const works = { kind: 'works' } as const;
const none = { kind: 'none' } as const;

function at(now: number) {
  return { now: instant(now), retry, jitter: 0 };
}

function suspendedAt(now: number): Suspension {
  let state = open;
  for (let count = 0; count < failuresBeforeSuspension; count++)
    state = afterAttempt(state, broken, false, at(now));
  return state;
}

function outcome(...recipients: RecipientOutcome[]): DeliveryOutcome {
  return { connector: 'smart', host: 'h:25', startedAt: instant(0), endedAt: instant(0), recipients };
}

describe('what an attempt says about the way', () => {
  const failed = (failure: Parameters<typeof testFailure>[0]): RecipientOutcome => ({
    kind: 'failed',
    failure: testFailure(failure),
  });
  test.each([
    { reason: 'something was handed over', recipients: [failed({}), relayed], expected: 'works' },
    {
      reason: 'a refused recipient shows that the peer speaks with us',
      recipients: [{ kind: 'failed', failure: noSuchUser }],
      expected: 'works',
    },
    {
      reason: 'a refused content too',
      recipients: [failed({ scope: 'message', stage: 'content' })],
      expected: 'works',
    },
    {
      reason: 'the connection was refused',
      recipients: [{ kind: 'failed', failure: unreachable }],
      expected: 'broken',
    },
    {
      reason: 'a permanent fault of the login is still the connector (D11)',
      recipients: [failed({ scope: 'connector', permanence: 'permanent', stage: 'login' })],
      expected: 'broken',
    },
    {
      reason: 'a destination that turns the session away',
      recipients: [failed({ scope: 'destination', stage: 'greeting' })],
      expected: 'broken',
    },
    {
      reason: 'a destination fault told for one recipient is not about all of them',
      recipients: [failed({ scope: 'destination', stage: 'rcpt' })],
      expected: 'works',
    },
    {
      reason: 'nor is a fault of the system, told for one recipient',
      recipients: [failed({ scope: 'connector', stage: 'rcpt' })],
      expected: 'works',
    },
    {
      reason: 'a broken connection after the content',
      recipients: [{ kind: 'in-doubt', failure: lostReply }],
      expected: 'broken',
    },
    { reason: 'our own stop says nothing (D30)', recipients: [{ kind: 'not-tried' }], expected: 'none' },
  ] as const)('$reason: $expected', ({ recipients, expected }) => {
    expect(evidenceOf(outcome(...recipients)).kind).toBe(expected);
  });
});

describe('suspension', () => {
  test('a few failures in a row close the way, one success in between begins anew', () => {
    let state = open;
    for (const evidence of [broken, broken, works, broken, broken])
      state = afterAttempt(state, evidence, false, at(0));
    expect(state.kind).toBe('open');
    state = afterAttempt(state, broken, false, at(0));
    expect(state).toMatchObject({ kind: 'suspended', until: minute, rounds: 1, failure: unreachable });
  });

  test('alternating codes of a host list count as one row of failures', () => {
    const other = { ...broken, failure: { ...unreachable, code: 'connection-timeout' } };
    let state = open;
    for (const evidence of [broken, other, broken]) state = afterAttempt(state, evidence, false, at(0));
    expect(state.kind).toBe('suspended');
  });

  test('closed until its end, then one probe', () => {
    const state = suspendedAt(0);
    expect(gateOf(state, instant(minute - 1)).kind).toBe('closed');
    expect(gateOf(state, instant(minute))).toMatchObject({ kind: 'probe', underWay: false });
    expect(gateOf(probeStarted(state), instant(minute))).toMatchObject({ kind: 'probe', underWay: true });
  });

  test('the outcome of the probe decides: open, or closed for longer, up to retry.maximum', () => {
    expect(afterAttempt(probeStarted(suspendedAt(0)), works, true, at(minute))).toEqual(open);
    let state = suspendedAt(0);
    const pauses: number[] = [];
    for (let round = 0, now = minute; round < 7; round++) {
      state = afterAttempt(probeStarted(state), broken, true, at(now));
      if (state.kind !== 'suspended') throw new Error('open');
      pauses.push((state.until - now) / minute);
      now = state.until;
    }
    expect(pauses).toEqual([2, 4, 8, 15, 15, 15, 15]);
  });

  test('attempts that were under way when the way was closed do not close it longer', () => {
    const state = suspendedAt(0);
    expect(afterAttempt(state, broken, false, at(10))).toBe(state);
  });

  test('a late success of such an attempt opens it', () => {
    expect(afterAttempt(suspendedAt(0), works, false, at(10))).toEqual(open);
  });

  test('a probe that was not tried leaves room for another', () => {
    const state = afterAttempt(probeStarted(suspendedAt(0)), none, true, at(minute));
    expect(gateOf(state, instant(minute))).toMatchObject({ kind: 'probe', underWay: false });
  });

  test('what an operator stopped, only an operator opens', () => {
    const stopped: Suspension = { kind: 'stopped', since: instant(0), reason: 'maintenance' };
    expect(afterAttempt(stopped, works, false, at(0))).toBe(stopped);
    expect(gateOf(stopped, instant(1e12))).toEqual({ kind: 'stopped', reason: 'maintenance' });
  });

  test('of connector and domain the stricter gate counts', () => {
    const closed = gateOf(suspendedAt(0), instant(0));
    const closedLonger = gateOf(suspendedAt(5000), instant(5000));
    const openGate = gateOf(open, instant(0));
    const stopped = { kind: 'stopped', reason: 'x' } as const;
    const probe = gateOf(suspendedAt(0), instant(minute));
    expect(stricter(openGate, closed)).toBe(closed);
    expect(stricter(closed, closedLonger)).toBe(closedLonger);
    expect(stricter(closed, stopped)).toBe(stopped);
    expect(stricter(probe, openGate)).toBe(probe);
    expect(stricter(closed, probe)).toBe(closed);
  });
});
