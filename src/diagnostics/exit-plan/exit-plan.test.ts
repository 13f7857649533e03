import { describe, expect, it } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { SeenSource } from './exit-plan.ts';
import { effectOf, trendOf } from './exit-plan.ts';

const now = instant(Date.UTC(2026, 10, 2));
const yesterday = instant(now - 86_400_000);
const longAgo = instant(now - 60 * 86_400_000);
const seen = (more: Partial<SeenSource>): SeenSource => ({
  source: 'printer',
  lastAt: yesterday,
  tls: [],
  plainSessions: 0,
  clearLogins: 0,
  weeks: [],
  ...more,
});
const use = (version: string, cipher: string, lastAt = yesterday) => ({
  version,
  cipher,
  sessions: 3,
  lastAt,
});
const fate = (step: Parameters<typeof effectOf>[0], one: SeenSource) =>
  effectOf(step, [one], now).sources[0]?.fate;

describe('a version that is closed', () => {
  const step = { close: 'tls-below', version: '1.2' } as const;
  it.each([
    ['cuts off what never did better', [use('TLSv1', 'TLS_RSA_WITH_AES_128_CBC_SHA')], 'cut-off'],
    ['cuts off 1.1 as well', [use('TLSv1.1', 'TLS_RSA_WITH_AES_128_CBC_SHA')], 'cut-off'],
    [
      'is a risk for what also did better',
      [use('TLSv1', 'x'), use('TLSv1.3', 'TLS_AES_256_GCM_SHA384')],
      'at-risk',
    ],
    ['is a risk for what was seen long ago', [use('TLSv1', 'x', longAgo)], 'at-risk'],
    ['leaves the floor itself alone', [use('TLSv1.2', 'x')], 'unaffected'],
    ['is unknown without a handshake', [], 'unknown'],
  ] as const)('%s', (_what, tls, expected) => {
    expect(fate(step, seen({ tls }))).toBe(expected);
  });

  it('leaves alone what sends without TLS', () => {
    expect(fate(step, seen({ plainSessions: 4 }))).toBe('unaffected');
  });

  it('counts and puts the worst first', () => {
    const effect = effectOf(
      step,
      [
        seen({ source: 'good', tls: [use('TLSv1.3', 'x')] }),
        seen({ source: 'old', tls: [use('TLSv1', 'x')] }),
      ],
      now,
    );
    expect(effect).toMatchObject({ affected: 1, sources: [{ source: 'old' }, { source: 'good' }] });
  });
});

it('logins and sessions in clear', () => {
  expect(fate({ close: 'clear-login' }, seen({ clearLogins: 2, clearLoginLastAt: yesterday }))).toBe(
    'cut-off',
  );
  expect(fate({ close: 'clear-login' }, seen({ plainSessions: 2 }))).toBe('unaffected');
  expect(fate({ close: 'plaintext' }, seen({ plainSessions: 2, plainLastAt: yesterday }))).toBe('cut-off');
});

// RFC 5246 A.5 and RFC 8422: the suite names what signs; RFC 8446 B.4: that of TLS 1.3 does not.
describe('another certificate', () => {
  it.each([
    ['ec', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'unaffected'],
    ['ec', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'unknown'],
    ['ec', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'at-risk'],
    ['ec', 'TLS_AES_256_GCM_SHA384', 'unknown'],
    ['rsa', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'unaffected'],
    ['rsa', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'unaffected'],
    ['rsa', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'unknown'],
  ] as const)('with an %s key, after %s: %s', (keyType, cipher, expected) => {
    expect(fate({ close: 'certificate', keyType }, seen({ tls: [use('TLSv1.2', cipher)] }))).toBe(expected);
  });
});

it('has a trend', () => {
  expect([trendOf([]), trendOf([9, 9, 1, 1]), trendOf([1, 1, 9, 9]), trendOf([5, 5, 5, 5])]).toEqual([
    'none',
    'falling',
    'rising',
    'steady',
  ]);
});
