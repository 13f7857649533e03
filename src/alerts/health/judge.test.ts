import { describe, expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { CheckPoint } from './check.ts';
import * as judge from './judge.ts';

const now = instant(Date.parse('2026-11-23T12:00:00Z'));
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const gib = 2 ** 30;

/** Whatever is not well says what to do; what is well needs no advice. */
const stateOf = (result: { readonly state: string; readonly advice?: string }): string => {
  expect(result.advice === undefined).toBe(result.state === 'ok');
  return result.state;
};

test('intake decides, and says why', () => {
  expect(judge.judgeIntake(undefined)).toMatchObject({ state: 'ok', decides: true });
  expect(judge.judgeIntake('the disk is full')).toMatchObject({
    state: 'fail',
    evidence: 'the disk is full',
  });
});

test('a listener that does not greet fails; one that answers 421 warns', () => {
  const of = (greeting: Parameters<typeof judge.judgeListener>[1]) =>
    judge.judgeListener('devices', greeting, { isOnlyOne: true });
  expect(stateOf(of({ kind: 'greeted', code: 220, ms: 3 }))).toBe('ok');
  expect(stateOf(of({ kind: 'greeted', code: 421, ms: 3 }))).toBe('warn');
  expect(of({ kind: 'failed', reason: 'ECONNREFUSED', ms: 3 })).toMatchObject({
    id: 'listener:devices',
    state: 'fail',
    evidence: 'no greeting: ECONNREFUSED',
    decides: true,
  });
});

test.each([
  [{ ms: 499 }, 'ok', 'ok'],
  [{ ms: 500 }, 'ok', 'warn'],
  [{ ms: 10_000 }, 'ok', 'fail'],
  [{ ms: 1 }, 'full', 'fail'],
  [{ ms: 1, error: 'EIO' }, 'ok', 'fail'],
])('store: %j and %s is %s', (probe, health, state) => {
  expect(stateOf(judge.judgeStore(probe, health))).toBe(state);
});

test.each([
  [249, 'ok'],
  [250, 'warn'],
  [2_000, 'fail'],
])('event loop late by %d ms is %s', (p99Ms, state) => {
  expect(stateOf(judge.judgeEventLoop({ p99Ms, maxMs: p99Ms }))).toBe(state);
});

test.each([
  [84, gib, 'ok'],
  [85, gib, 'warn'],
  [95, gib, 'fail'],
  [10, 63 * 2 ** 20, 'fail'],
])('memory: %d %% of the heap, %d octets available is %s', (percent, available, state) => {
  const reading = { rss: gib, heapUsed: percent, heapLimit: 100, available };
  expect(stateOf(judge.judgeMemory(reading))).toBe(state);
});

describe('disk', () => {
  const point = (ago: number, value: number): CheckPoint => ({ at: instant(now - ago), state: 'ok', value });
  const of = (bytesFree: number | undefined, history: readonly CheckPoint[] = []) =>
    judge.judgeDisk({ bytesFree, minimumFree: gib, history }, now);

  test.each([
    [2 * gib, 'ok'],
    [2 * gib - 1, 'warn'],
    [gib, 'warn'],
    [gib - 1, 'fail'],
    [undefined, 'ok'],
  ])('%s octets free, 1 GiB kept: %s', (free, state) => {
    expect(stateOf(of(free))).toBe(state);
  });

  test('filling up within a day warns, and says when', () => {
    // 1 GiB an hour: 10 GiB are left above the minimum.
    const result = of(11 * gib, [point(2 * hour, 13 * gib)]);
    expect(result.state).toBe('warn');
    expect(result.evidence).toContain('full by 2026-11-23T22:00:00.000Z');
    expect(of(101 * gib, [point(2 * hour, 103 * gib)]).state).toBe('ok');
  });

  test('a trend needs half an hour, looks back six hours, and is none where room grows', () => {
    const at = (history: readonly CheckPoint[]) =>
      judge.fullAt({ bytesFree: 11 * gib, minimumFree: gib, history }, now);
    expect(at([point(29 * minute, 13 * gib)])).toBeUndefined();
    expect(at([point(7 * hour, 13 * gib)])).toBeUndefined();
    expect(at([point(2 * hour, 9 * gib)])).toBeUndefined();
    expect(at([point(2 * hour, 11 * gib)])).toBeUndefined();
    expect(at([point(2 * hour, 13 * gib)])).toBe(now + 10 * hour);
  });
});

describe('clock', () => {
  const skewed = (ms: number) =>
    judge.judgeClock({ jumpMs: 0, skew: { ms, host: 'login.example', at: now } }, now);

  test.each([
    [0, 'ok'],
    [-29_999, 'ok'],
    [30_000, 'warn'],
    [-30_000, 'warn'],
    [300_000, 'fail'],
    [-300_000, 'fail'],
  ])('%d ms against another clock is %s', (ms, state) => {
    expect(stateOf(skewed(ms))).toBe(state);
  });

  test('says in which direction', () => {
    expect(skewed(60_000).evidence).toBe('60 s behind login.example');
    expect(skewed(-60_000).evidence).toBe('60 s ahead of login.example');
  });

  test('a jump is shown for an hour', () => {
    const jumped = (ago: number) =>
      judge.judgeClock({ jumpMs: 0, lastJump: { at: instant(now - ago), ms: -2 * hour } }, now);
    expect(jumped(59 * minute)).toMatchObject({ state: 'warn' });
    expect(jumped(59 * minute).evidence).toContain('set back by 2 hours');
    expect(jumped(hour).state).toBe('ok');
  });
});

test.each([
  [14 * day, 'ok'],
  [14 * day - 1, 'warn'],
  [0, 'warn'],
  [-1, 'fail'],
])('what ends in %d ms is %s', (ms, state) => {
  const expiries = [{ what: 'the certificate', at: instant(now + ms) }];
  expect(stateOf(judge.judgeCertificates(expiries, now))).toBe(state);
});

test('nothing that ends is well', () => {
  expect(judge.judgeCertificates([], now).state).toBe('ok');
});

test.each([
  [0, 10 * hour, 'ok'],
  [1, 30 * minute - 1, 'ok'],
  [1, 30 * minute, 'warn'],
  [5, 4 * hour, 'fail'],
])('%d waiting, the oldest for %d ms is %s', (waiting, oldestMs, state) => {
  expect(stateOf(judge.judgeQueue({ waiting, oldestMs }))).toBe(state);
});

test('connectors: some in trouble warn, all of them fail, none at all warns', () => {
  const well = { name: 'a' };
  const unwell = { name: 'b', suspended: { reason: 'no answer' } };
  const faulty = { name: 'c', trouble: { text: 'certificate' } };
  expect(stateOf(judge.judgeConnectors([well]))).toBe('ok');
  expect(judge.judgeConnectors([well, unwell, faulty])).toMatchObject({
    state: 'warn',
    value: 2,
    evidence: '2 of 3 in trouble: b: no answer; c: certificate',
  });
  expect(stateOf(judge.judgeConnectors([unwell, faulty]))).toBe('fail');
  expect(stateOf(judge.judgeConnectors([]))).toBe('warn');
});
