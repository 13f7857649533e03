import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { TlsDay } from './tls-days.ts';
import { noteClearLogin, noteSession, oldSessions, sumOfDays, tlsDayCounts, tlsDayLine } from './tls-days.ts';

const dayMs = 86_400_000;
const begin = Date.UTC(2026, 10, 2, 9);
const at = (day: number) => instant(begin + day * dayMs);
const use = (version: string, cipher = 'TLS_AES_256_GCM_SHA384') => ({ version, cipher });

test('a day counts versions with their ciphers, sessions without TLS, and logins in clear', () => {
  const days: TlsDay[] = [];
  noteSession(days, at(0), use('TLSv1.3'));
  noteSession(days, at(0), use('TLSv1.3'));
  noteSession(days, at(0), use('TLSv1', 'TLS_RSA_WITH_AES_128_CBC_SHA'));
  noteSession(days, at(0), undefined);
  noteClearLogin(days, at(0));
  noteSession(days, at(2), undefined);
  expect(tlsDayCounts(days, at(2))).toEqual([
    {
      from: Date.UTC(2026, 10, 2),
      plainSessions: 1,
      clearLogins: 1,
      tls: [
        { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', sessions: 2 },
        { version: 'TLSv1', cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA', sessions: 1 },
      ],
    },
    { from: Date.UTC(2026, 10, 4), plainSessions: 1, clearLogins: 0, tls: [] },
  ]);
  // RFC 8996: TLS 1.0 and 1.1 are not to be used.
  const line = tlsDayLine(tlsDayCounts(days, at(2)), at(2), oldSessions);
  expect(line).toHaveLength(30);
  expect(line.slice(-4)).toEqual([0, 1, 0, 0]);
});

test('whoever chooses among many ciphers fills no memory', () => {
  const days: TlsDay[] = [];
  for (let n = 0; n < 1_000; n += 1) noteSession(days, at(0), use('TLSv1.2', `CIPHER_${n}`));
  const [day] = tlsDayCounts(days, at(0));
  expect(day?.tls.map(({ version, sessions }) => [version, sessions])).toEqual([
    ...Array.from({ length: 6 }, () => ['TLSv1.2', 1]),
    ['other', 994],
  ]);
  expect(day?.tls).toHaveLength(7);
});

test('thirty days are kept, and what is older is not told although nothing came since', () => {
  const days: TlsDay[] = [];
  for (let day = 0; day < 40; day += 1) noteSession(days, at(day), undefined);
  expect(days).toHaveLength(30);
  expect(tlsDayCounts(days, at(39))).toHaveLength(30);
  expect(tlsDayCounts(days, at(60)).map(({ from }) => from)).toEqual(
    Array.from({ length: 9 }, (_, index) => Date.UTC(2026, 10, 2) + (31 + index) * dayMs),
  );
});

test('sources together, by version', () => {
  const [one, two]: [TlsDay[], TlsDay[]] = [[], []];
  noteSession(one, at(1), use('TLSv1.2', 'A'));
  noteSession(one, at(1), use('TLSv1.2', 'B'));
  noteSession(two, at(0), undefined);
  noteSession(two, at(1), use('TLSv1.2', 'A'));
  noteClearLogin(two, at(1));
  expect(sumOfDays([tlsDayCounts(one, at(1)), tlsDayCounts(two, at(1))])).toEqual([
    { from: Date.UTC(2026, 10, 2), plainSessions: 1, clearLogins: 0, versions: new Map() },
    { from: Date.UTC(2026, 10, 3), plainSessions: 0, clearLogins: 1, versions: new Map([['TLSv1.2', 3]]) },
  ]);
});
