import { expect, test } from 'vitest';
import type { DayRecord } from '../observe/traffic/day-record.ts';
import { newDay } from '../observe/traffic/day-record.ts';
import { instant } from '../platform/clock.ts';
import type { AttemptsContext } from './attempts.ts';
import { attemptsBefore, judgeAttempts } from './attempts.ts';

const now = instant(Date.parse('2026-11-23T12:00:00Z'));

interface Written {
  readonly addresses?: Record<string, number>;
  readonly users?: Record<string, number>;
  readonly hours?: Record<number, number>;
}

function dayWith(day: string, { addresses = {}, users = {}, hours = {} }: Written): DayRecord {
  const record = newDay(day);
  for (const [name, count] of Object.entries(addresses))
    record.addresses[name] = { count, lastAt: now, refs: ['R1'] };
  for (const [name, count] of Object.entries(users)) record.users[name] = { count, lastAt: now, refs: [] };
  for (const [hour, count] of Object.entries(hours)) record.hours[Number(hour)] = count;
  return record;
}

const daysBefore = (written: Written) =>
  Array.from({ length: 20 }, (_, index) => dayWith(`2026-11-${String(index + 3).padStart(2, '0')}`, written));

function judged(today: Written, before: readonly DayRecord[], more: Partial<AttemptsContext> = {}) {
  return judgeAttempts(dayWith('2026-11-23', today), attemptsBefore(before, '2026-11-23'), {
    now,
    learnDays: 7,
    isBlocked: () => false,
    sourceOf: () => undefined,
    ...more,
  });
}

test('an address with far more attempts than usual is found, with evidence, references and a proposal', () => {
  const [found, ...others] = judged(
    { addresses: { '198.51.100.9': 100 } },
    daysBefore({ addresses: { '198.51.100.9': 2 } }),
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    kind: 'unauthorised-address',
    address: '198.51.100.9',
    severity: 'warning',
    evidence: [{ found: '100', usual: '2.0 a day' }],
    references: ['R1'],
    proposal: { action: 'block', target: '198.51.100.9' },
  });
});

test('what is usual is not found, however much it is; three times of it is not, more is', () => {
  const before = daysBefore({ addresses: { '198.51.100.9': 300 } });
  expect(judged({ addresses: { '198.51.100.9': 300 } }, before)).toEqual([]);
  expect(judged({ addresses: { '198.51.100.9': 900 } }, before)).toEqual([]);
  expect(judged({ addresses: { '198.51.100.9': 901 } }, before)).toMatchObject([{ severity: 'serious' }]);
});

test('a few attempts of somebody new are daily life of an open port', () => {
  expect(judged({ addresses: { '198.51.100.9': 19 }, users: { admin: 9 } }, [])).toEqual([]);
  expect(judged({ addresses: { '198.51.100.9': 20 }, users: { admin: 10 } }, [])).toMatchObject([
    { kind: 'unauthorised-address' },
    { kind: 'unauthorised-user', user: 'admin', proposal: { action: 'review' } },
  ]);
});

test('days without an attempt count for what is usual', () => {
  const [found] = judged({ addresses: { a: 25 } }, [dayWith('2026-11-03', { addresses: { a: 20 } })]);
  expect(found?.evidence[0]?.usual).toBe('1.0 a day');
});

test('an address that the policy blocks needs no proposal', () => {
  const isBlocked = (address: string) => address === '198.51.100.9';
  expect(judged({ addresses: { '198.51.100.9': 500 } }, [], { isBlocked })).toEqual([]);
});

test('to block the address of a source is not proposed', () => {
  const sourceOf = () => 'printer';
  expect(judged({ addresses: { '192.0.2.7': 50 } }, [], { sourceOf })).toMatchObject([
    { source: 'printer', proposal: { action: 'review', target: 'printer' } },
  ]);
});

test('what is counted together beyond the bound is no address', () => {
  expect(judged({ addresses: { '(other)': 5_000 }, users: { '(other)': 5_000 } }, [])).toEqual([]);
});

test('an hour of the day is held against itself, once there are days enough', () => {
  const before = daysBefore({ hours: { 3: 10, 9: 200 } });
  expect(judged({ hours: { 3: 60, 9: 400 } }, before)).toMatchObject([
    { kind: 'unauthorised-hour', subject: '03:00 UTC', evidence: [{ found: '60', usual: '10 a day' }] },
  ]);
  expect(judged({ hours: { 3: 600 } }, before.slice(-6))).toEqual([]);
});
