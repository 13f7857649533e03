import { describe, expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import type { AgeingItem } from './item.ts';
import { iCalendar } from './icalendar.ts';
import { stateOf } from './item.ts';
import { digestLetter, reminderLetter } from './letters.ts';
import type { Reminded } from './reminders.ts';
import { audienceOf, dueReminders, lastDigestTime, remindedAfter } from './reminders.ts';

const dayMs = 86_400_000;
const end = instant(Date.parse('2027-01-01T00:00:00Z'));
const before = (days: number) => instant(end - days * dayMs);

const item: AgeingItem = {
  kind: 'client-secret',
  name: 'graph',
  title: 'The client secret of the connector graph ends',
  at: end,
  precision: 'day',
  breaks: 'Mail waits.',
  todo: 'Add a new secret.',
  owner: 'Ann@contoso.com',
};

describe('reminders', () => {
  test('go out 30, 14, 7 and 1 days ahead and at the end, once each', () => {
    let reminded: Reminded = new Map();
    const told: number[] = [];
    for (let hours = 40 * 24; hours >= -48; hours -= 1) {
      const now = instant(end - hours * 3_600_000);
      const due = dueReminders([item], reminded, now);
      for (const { days } of due) told.push(days);
      reminded = remindedAfter(reminded, due, [item], now);
    }
    expect(told).toEqual([30, 14, 7, 1, 0]);
  });

  test.each([
    ['a new item within the last week is told once', 5, [7]],
    ['after the end it is told once', -3, [0]],
    ['before 30 days nothing is told', 31, []],
  ] as const)('%s', (_why, days, expected) => {
    const due = dueReminders([item], new Map(), before(days));
    expect(due.map((one) => one.days)).toEqual(expected);
    const reminded = remindedAfter(new Map(), due, [item], before(days));
    expect(dueReminders([item], reminded, before(days))).toEqual([]);
  });

  test('what is renewed is another item, and the old one is forgotten', () => {
    const reminded = remindedAfter(new Map(), dueReminders([item], new Map(), before(1)), [item], before(1));
    const renewed = { ...item, at: instant(end + 365 * dayMs) };
    expect(dueReminders([renewed], reminded, before(1))).toEqual([]);
    expect(remindedAfter(reminded, [], [renewed], before(1)).size).toBe(0);
  });

  test('go to owner and administrators, one letter for each address', () => {
    const due = [
      { item, days: 7 },
      { item: { ...item, owner: 'the print team' }, days: 1 },
    ];
    const letters = audienceOf(due, { administrators: ['ann@contoso.com', 'it@contoso.com'], owners: true });
    expect(Array.from(letters, ([to, items]) => [to, items.length])).toEqual([
      ['ann@contoso.com', 2],
      ['it@contoso.com', 2],
    ]);
    expect(audienceOf(due, { administrators: [], owners: false }).size).toBe(0);
    expect([...audienceOf(due, { administrators: [], owners: true }).keys()]).toEqual(['ann@contoso.com']);
  });

  test('the digest belongs to the last such weekday at six', () => {
    // 23 November 2026 is a Monday.
    const at = (text: string) => lastDigestTime('monday', instant(Date.parse(text)));
    expect(at('2026-11-23T06:00:00Z')).toBe(Date.parse('2026-11-23T06:00:00Z'));
    expect(at('2026-11-23T05:59:59Z')).toBe(Date.parse('2026-11-16T06:00:00Z'));
    expect(at('2026-11-29T23:00:00Z')).toBe(Date.parse('2026-11-23T06:00:00Z'));
    expect(lastDigestTime('never', end)).toBeUndefined();
  });

  test('letters say what breaks, what to do and when', () => {
    const letter = reminderLetter([item], before(14), 'relay.contoso.com');
    expect(letter.subject).toBe('The client secret of the connector graph ends in 14 days (2026-12-31)');
    expect(letter.text.join('\n')).toContain('What to do: Add a new secret.');
    const digest = digestLetter([item, { ...item, at: before(50) }], before(14), 'relay.contoso.com');
    expect(digest.subject).toBe('Week of relay.contoso.com: 1 overdue, 0 due within 7 days, 1 within 30');
    expect(stateOf(end, before(7))).toBe('due');
  });
});

describe('iCalendar', () => {
  const about = { hostname: 'relay.contoso.com', now: before(3) };
  // RFC 5545 3.1: lines end with CRLF, are at most 75 octets long, and go on after a blank.
  test('folds lines between characters and can be unfolded', () => {
    const title = `${'Drucker für Übergröße, '.repeat(8)}; \\ end`;
    const text = iCalendar([{ ...item, title }], about);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text).not.toMatch(/[^\r]\n/);
    const unfolded = text.replaceAll('\r\n ', '');
    expect(unfolded).toContain(
      `SUMMARY:${title.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,')}\r\n`,
    );
  });

  test('text from outside begins no line of its own', () => {
    const text = iCalendar([{ ...item, title: 'a\r\nBEGIN:VEVENT\nATTENDEE:x\u0000' }], about);
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
    expect(text).toContain(String.raw`SUMMARY:a\nBEGIN:VEVENT\nATTENDEE:x `);
  });

  test('an end at midnight is the last day that is valid', () => {
    expect(iCalendar([item], about)).toContain('DTSTART;VALUE=DATE:20261231\r\n');
  });
});
