import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { readClaims } from './access-token.ts';
import type { AccessToken } from './access-token.ts';
import type { TokenNeed } from './token-need.ts';
import { judgeToken } from './token-need.ts';

const now = instant(Date.parse('2026-11-23T08:00:00Z'));
const tenantId = 'c0475050-0365-4000-8000-000000000001';
const need: TokenNeed = {
  audiences: ['https://outlook.office365.com', '00000002-0000-0ff1-ce00-000000000000'],
  permission: 'SMTP.SendAsApp',
  subject: 'application',
  isGrantedInExchange: false,
  tenantId,
};
const right = {
  aud: 'https://outlook.office365.com',
  tid: tenantId,
  roles: ['SMTP.SendAsApp'],
  exp: now / 1000 + 3600,
};

function token(claims: Record<string, unknown>, more: Partial<AccessToken> = {}): AccessToken {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const value = `${part({ alg: 'none' })}.${part(claims)}.`;
  const read = readClaims(value);
  return { value, fetchedAt: now, expiresAt: now, ...(read && { claims: read }), ...more };
}

test.each<readonly [string, Record<string, unknown>, Partial<TokenNeed>, string | undefined]>([
  ['as needed', right, {}, undefined],
  ['audience by application id', { ...right, aud: '00000002-0000-0ff1-ce00-000000000000' }, {}, undefined],
  ['audience with a slash at its end', { ...right, aud: 'https://outlook.office365.com/' }, {}, undefined],
  ['for Graph', { ...right, aud: 'https://graph.microsoft.com' }, {}, 'token-audience'],
  ['nobody knows the audience', { ...right, aud: 'https://x' }, { audiences: [] }, undefined],
  ['another tenant', { ...right, tid: tenantId.replace(/1$/, '2') }, {}, 'token-tenant'],
  ['tenant in capitals', { ...right, tid: tenantId.toUpperCase() }, {}, undefined],
  ['tenant named by domain cannot be compared', right, { tenantId: 'contoso.com' }, undefined],
  ['without the permission', { ...right, roles: ['Mail.Read'] }, {}, 'token-role'],
  ['without any permission', { ...right, roles: undefined }, {}, 'token-role'],
  ['permission given in Exchange', { ...right, roles: undefined }, { isGrantedInExchange: true }, undefined],
  ['ended', { ...right, exp: now / 1000 - 1 }, {}, 'token-expired'],
])('a token %s', (_, claims, change, code) => {
  expect(judgeToken(token(claims), { ...need, ...change }, now)?.code).toBe(code);
});

test('its end is judged by the clock of its maker', () => {
  const early = { ...right, exp: now / 1000 + 60 };
  expect(judgeToken(token(early, { clockAheadMs: 120_000 }), need, now)?.code).toBe('token-expired');
  const late = { ...right, exp: now / 1000 - 60 };
  expect(judgeToken(token(late, { clockAheadMs: -120_000 }), need, now)).toBeUndefined();
});

test.each(['opaque', 'a.b', 'a.%%%.c', `a.${Buffer.from('[1]').toString('base64url')}.c`, 'a..c'])(
  'what is no JWT, or none with claims, is left to the resource: %s',
  (value) => {
    const claims = readClaims(value);
    const opaque: AccessToken = { value, fetchedAt: now, expiresAt: now, ...(claims && { claims }) };
    expect(judgeToken(opaque, { ...need, isGrantedInExchange: true }, now)).toBeUndefined();
  },
);
