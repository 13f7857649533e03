/** Names of suites: RFC 5246 A.5, RFC 5289, RFC 8446 B.4; what is against them: RFC 9325 4.1, 4.2. */
import { describe, expect, it } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { suitesOf, weaknessOf } from './suites.ts';

const at = (day: number) => instant(Date.UTC(2026, 10, day));
const seen = (source: string, ...tls: readonly (readonly [string, string, number, number])[]) => ({
  source,
  lastAt: at(20),
  tls: tls.map(([version, cipher, sessions, day]) => ({ version, cipher, sessions, lastAt: at(day) })),
  plainSessions: 0,
  clearLogins: 0,
  weeks: [],
});

describe('a suite', () => {
  it.each([
    ['TLS_AES_256_GCM_SHA384', undefined],
    ['TLS_CHACHA20_POLY1305_SHA256', undefined],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', undefined],
    ['TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', undefined],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'CBC'],
    ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'no forward secrecy'],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', 'no forward secrecy'],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'broken'],
    ['TLS_RSA_WITH_RC4_128_SHA', 'broken'],
    ['TLS_RSA_WITH_NULL_SHA256', 'broken'],
    ['other', undefined],
  ])('%s: %s', (cipher, words) => {
    if (words === undefined) expect(weaknessOf(cipher)).toBeUndefined();
    else expect(weaknessOf(cipher)).toContain(words);
  });
});

it('each suite once, over all sources and versions, the weak ones first', () => {
  const gcm = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
  const cbc = 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA';
  const suites = suitesOf([
    seen('scanner', ['TLSv1.2', cbc, 2, 3], ['TLSv1.2', gcm, 5, 4]),
    seen('erp', ['TLSv1.2', gcm, 1, 9]),
    seen('old', ['TLSv1', cbc, 4, 2]),
  ]);
  expect(suites).toMatchObject([
    { cipher: cbc, versions: ['TLSv1', 'TLSv1.2'], sources: ['old', 'scanner'], sessions: 6, lastAt: at(3) },
    { cipher: gcm, versions: ['TLSv1.2'], sources: ['erp', 'scanner'], sessions: 6, lastAt: at(9) },
  ]);
  expect(suites[0]?.weakness).toBeDefined();
  expect(suites[1]?.weakness).toBeUndefined();
  expect(suitesOf([])).toEqual([]);
});
