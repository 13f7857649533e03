import { describe, expect, it } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { Presented, SeenSource } from './exit-plan.ts';
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
const rsaNow: Presented = { keyTypes: ['rsa'], isSelfSigned: false, issuer: 'CN=Contoso CA' };
const judged = (step: Parameters<typeof effectOf>[0], one: SeenSource, presented = rsaNow) =>
  effectOf(step, [one], { now, presented }).sources[0];
const fate = (...given: Parameters<typeof judged>) => judged(...given)?.fate;

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
      { now, presented: rsaNow },
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

// RFC 5246 A.5 and RFC 8422: the suite names what signs; RFC 8446 B.4: that of TLS 1.3 does not, and 9.1 obliges to both.
describe('another kind of key', () => {
  const rsa: Presented = rsaNow;
  const ec: Presented = { ...rsaNow, keyTypes: ['ec'] };
  const both: Presented = { ...rsaNow, keyTypes: ['ec', 'rsa'] };
  const ecdsa = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
  const ecdheRsa = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
  const plainRsa = 'TLS_RSA_WITH_AES_128_CBC_SHA';
  const thirteen = 'TLS_AES_256_GCM_SHA384';
  it.each([
    ['ec', rsa, [use('TLSv1.2', ecdsa)], 'unaffected', 'it has agreed on a suite with an EC key'],
    ['ec', rsa, [use('TLSv1.2', ecdheRsa)], 'unknown', 'whether it offered EC as well is not recorded'],
    ['ec', both, [use('TLSv1.2', ecdheRsa)], 'at-risk', 'prefer EC, and it agreed on RSA'],
    ['ec', ec, [use('TLSv1.3', thirteen)], 'unaffected', 'the listeners have an EC key alone now'],
    ['ec', rsa, [use('TLSv1.2', plainRsa)], 'at-risk', 'know nothing of elliptic curves'],
    ['ec', rsa, [use('TLSv1.3', thirteen)], 'unaffected', 'RFC 8446 9.1'],
    ['ec', rsa, [use('TLSv1.3', thirteen), use('TLSv1.2', ecdheRsa)], 'unknown', 'not recorded'],
    ['rsa', ec, [use('TLSv1.2', ecdheRsa)], 'unaffected', 'an RSA key'],
    ['rsa', ec, [use('TLSv1.2', plainRsa)], 'unaffected', 'an RSA key'],
    ['rsa', ec, [use('TLSv1.2', ecdsa)], 'unknown', 'whether it offered RSA as well is not recorded'],
    ['rsa', rsa, [use('TLSv1.3', thirteen)], 'unaffected', 'the listeners have an RSA key alone now'],
    ['ec', rsa, [], 'unknown', 'no handshake of it was seen'],
  ] as const)('%s alone: %#', (keyType, presented, tls, expected, words) => {
    const found = judged({ close: 'certificate', keyType }, seen({ tls }), presented);
    expect(found?.fate).toBe(expected);
    expect(found?.text).toContain(words);
  });
});

// What roots a client knows is in no message of the handshake that it must send (RFC 8446 4.2.4 is optional).
describe('a certificate of another authority', () => {
  const step = { close: 'certificate-chain' } as const;
  it('says what a handshake does not tell', () => {
    const tls = [use('TLSv1.3', 'TLS_AES_256_GCM_SHA384')];
    expect(judged(step, seen({ tls }))).toMatchObject({
      fate: 'unknown',
      text: expect.stringContaining('a certificate of CN=Contoso CA; whether it verifies at all') as string,
    });
    expect(judged(step, seen({ tls }), { ...rsaNow, isSelfSigned: true })?.text).toContain(
      'this very certificate is installed on it',
    );
  });

  it('leaves alone what sends without TLS', () => {
    expect(fate(step, seen({ plainSessions: 3 }))).toBe('unaffected');
    expect(fate(step, seen({}))).toBe('unknown');
  });
});

describe('a trend', () => {
  const all = { seen: 12, atLeast: 4 };
  it.each([
    [[], all, 'none'],
    [[9, 9, 1, 1], all, 'falling'],
    [[1, 1, 9, 9], all, 'rising'],
    [[5, 5, 5, 5], all, 'steady'],
    // A source that is new sent as much before as it could.
    [[0, 0, 0, 5], { seen: 1, atLeast: 4 }, 'unknown'],
    [[0, 0, 5, 5, 5], { seen: 3, atLeast: 4 }, 'unknown'],
    [[0, 0, 0, 0, 5, 5, 5, 5], { seen: 4, atLeast: 4 }, 'steady'],
    [[0, 0, 0, 5, 5, 5, 5, 5], { seen: 5, atLeast: 4 }, 'steady'],
    [[0, 0, 0, 0, 9, 9, 1, 1], { seen: 4, atLeast: 4 }, 'falling'],
    // It was there all the time, and began to send without TLS.
    [[0, 0, 0, 0, 0, 0, 0, 5], { seen: 8, atLeast: 4 }, 'rising'],
    [[0, 0, 0, 0], { seen: 1, atLeast: 4 }, 'none'],
  ] as const)('%j seen for %j is %s', (counts, given, expected) => {
    expect(trendOf(counts, given)).toBe(expected);
  });
});
