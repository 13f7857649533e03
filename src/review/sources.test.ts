import { expect, test } from 'vitest';
import type { Habit, HabitDay } from '../observe/traffic/habits.ts';
import { instant } from '../platform/clock.ts';
import { judgeSource } from './sources.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const day = Date.parse('2026-11-23') / dayMs;
const now = instant(day * dayMs + 12 * hourMs);
const longAgo = instant(now - 20 * dayMs);

const usually = (counts: readonly [number, number, number, number]): HabitDay[] =>
  Array.from({ length: 20 }, (_, index): HabitDay => [day - 20 + index, ...counts]);

function habit(today: readonly [number, number, number, number], change: Partial<Habit> = {}): Habit {
  return {
    key: 'printer',
    firstAt: longAgo,
    lastAt: now,
    days: [...usually([10, 20, 5, 0]), [day, ...today]],
    hours: {
      day,
      messages: Array.from({ length: 24 }, () => 0),
      before: Array.from({ length: 24 }, (_, hour) => (hour >= 8 && hour < 17 ? day - 1 : 0)),
    },
    addresses: { first: [['192.0.2.7', longAgo]] },
    senders: { first: [['printer@contoso.com', longAgo]] },
    ...change,
  };
}

const judged = (given: Habit, learnMs = 7 * dayMs) => judgeSource(given, { now, day, learnMs });
const kinds = (given: Habit) => judged(given).map(({ kind }) => kind);

test('a day like the others is nothing', () => {
  expect(judged(habit([10, 20, 5, 0]))).toEqual([]);
});

test('volume: more than three times the most of a day before', () => {
  expect(kinds(habit([50, 60, 5, 0]))).toEqual(['volume']);
  expect(judged(habit([101, 120, 5, 0]))).toMatchObject([
    {
      severity: 'serious',
      subject: 'printer',
      evidence: [{ found: '101', usual: '10 a day, 10 at most' }],
      proposal: { action: 'narrow', target: 'printer' },
    },
  ]);
  const busy = { days: [...usually([100, 100, 5, 0]), [day, 300, 300, 5, 0] as HabitDay] };
  expect(kinds(habit([0, 0, 0, 0], busy))).toEqual([]);
});

test('recipients: few messages to many people', () => {
  expect(kinds(habit([10, 500, 5, 0]))).toEqual(['recipients']);
  // More messages, each to as many as before.
  expect(kinds(habit([80, 160, 5, 0]))).toEqual(['volume']);
});

test('hours: mail where there was none for four weeks, and not the hour beside', () => {
  const at = (hour: number, before = 0) => {
    const made = habit([10, 20, 5, 0]);
    made.hours.messages[hour] = 6;
    if (before !== 0) made.hours.before[hour] = before;
    return kinds(made);
  };
  expect(at(3)).toEqual(['hours']);
  expect(at(17)).toEqual([]);
  expect(at(3, day - 28)).toEqual([]);
  expect(at(3, day - 29)).toEqual(['hours']);
});

test('TLS given up is serious; a source that never had it gives nothing up', () => {
  expect(judged(habit([10, 20, 4, 1]))).toMatchObject([
    { kind: 'tls-downgrade', severity: 'serious', proposal: { action: 'require-tls' } },
  ]);
  const plain = { days: [...usually([10, 20, 0, 5]), [day, 10, 20, 0, 5] as HabitDay] };
  expect(kinds(habit([0, 0, 0, 0], plain))).toEqual([]);
});

test('new addresses: one beside those that are known is a note, another is a warning', () => {
  const from = (address: string) =>
    judged(
      habit([10, 20, 5, 0], {
        addresses: {
          first: [
            ['192.0.2.7', longAgo],
            [address, now],
          ],
        },
      }),
    );
  expect(from('192.0.2.8')).toMatchObject([{ kind: 'new-address', severity: 'note', address: '192.0.2.8' }]);
  expect(from('203.0.113.5')).toMatchObject([
    { severity: 'warning', evidence: [{ found: '203.0.113.5', usual: '192.0.2.7' }] },
  ]);
});

test('a source of many addresses or senders has no new ones', () => {
  const first: [string, typeof now][] = [
    ['192.0.2.7', longAgo],
    ['203.0.113.5', now],
  ];
  expect(kinds(habit([10, 20, 5, 0], { addresses: { first, isMany: true } }))).toEqual([]);
});

test('a new sender is told, the null sender in a form that can be read', () => {
  const senders = {
    first: [
      ['printer@contoso.com', longAgo],
      ['', now],
    ] as [string, typeof now][],
  };
  expect(judged(habit([10, 20, 5, 0], { senders }))).toMatchObject([
    { kind: 'new-sender', severity: 'note', subject: 'printer <>' },
  ]);
});

test('a new domain of recipients is told; where none is known yet, or many are, it is not', () => {
  const known: [string, typeof now] = ['contoso.com', longAgo];
  const fresh: [string, typeof now] = ['freemail.example', now];
  expect(judged(habit([10, 20, 5, 0], { domains: { first: [known, fresh] } }))).toMatchObject([
    {
      kind: 'new-domain',
      severity: 'note',
      subject: 'printer freemail.example',
      evidence: [{ found: 'freemail.example', usual: 'contoso.com' }],
      proposal: { action: 'narrow', target: 'printer' },
    },
  ]);
  expect(kinds(habit([10, 20, 5, 0], { domains: { first: [fresh] } }))).toEqual([]);
  expect(kinds(habit([10, 20, 5, 0], { domains: { first: [known, fresh], isMany: true } }))).toEqual([]);
});

// RFC 8996
test('TLS 1.0 is told while it is used', () => {
  const oldTls = { version: 'TLSv1', address: '192.0.2.7', sessions: 3, firstAt: longAgo, lastAt: now };
  expect(judged(habit([10, 20, 5, 0], { oldTls }))).toMatchObject([
    { kind: 'old-tls', firstAt: longAgo, title: expect.stringContaining('uses TLS 1.0') },
  ]);
  const ended = { ...oldTls, lastAt: instant(now - 2 * dayMs) };
  expect(kinds(habit([10, 20, 5, 0], { oldTls: ended }))).toEqual([]);
});

test('nothing about a source is unusual while it is learnt', () => {
  const firstAt = instant(now - 6 * dayMs);
  expect(kinds(habit([500, 5_000, 0, 9], { firstAt }))).toEqual([]);
});

test('a source that sent nothing on the day is not judged', () => {
  expect(kinds(habit([0, 0, 0, 0], { days: usually([10, 20, 5, 0]) }))).toEqual([]);
});
