import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { judgeAnswer, waitMs } from './judge-answer.ts';
import { sendMailUrl } from './send-mail.ts';

const now = instant(Date.parse('2026-11-23T08:00:00Z'));
const place = { host: 'graph.example:443', now, aborted: false };

test.each([
  [202, 'relayed'],
  [200, 'in-doubt'],
  [204, 'in-doubt'],
  [302, 'failed'],
  [400, 'failed'],
  [502, 'in-doubt'],
  [503, 'failed'],
  [504, 'in-doubt'],
])('%d is %s', (status, kind) => {
  expect(judgeAnswer({ kind: 'answer', status, text: '' }, place).kind).toBe(kind);
});

test.each([
  [
    '400 that nobody knows',
    400,
    'ErrorSomething: x',
    { permanence: 'permanent', scope: 'message', otherRoute: true },
  ],
  ['413', 413, '', { permanence: 'permanent', code: 'graph-too-large', otherRoute: true }],
  [
    '403 by the catalogue',
    403,
    'ErrorAccessDenied: x',
    { permanence: 'transient', code: 'graph-access-denied' },
  ],
  ['403 that nobody knows', 403, 'Forbidden', { permanence: 'transient', scope: 'connector' }],
  ['401', 401, 'InvalidAuthenticationToken: x', { permanence: 'transient', scope: 'connector' }],
])('%s', (_, status, text, expected) => {
  const outcome = judgeAnswer({ kind: 'answer', status, text }, place);
  expect(outcome).toMatchObject({ kind: 'failed', failure: expected });
});

test('a named wait is kept', () => {
  const outcome = judgeAnswer({ kind: 'answer', status: 429, text: '', retryAfter: '90' }, place);
  expect(outcome).toMatchObject({ failure: { retryAfterMs: 90_000 } });
});

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Mon, 23 Nov 2026 08:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 07:00:00 GMT', 0],
  ['9999999999', 86_400_000],
  ['soon', undefined],
  ['-5', 0],
])('Retry-After: %s', (text, ms) => {
  // A negative number is no delay-seconds of RFC 9110; Date reads it as a year long ago.
  expect(waitMs(text, now)).toBe(ms);
});

test('no answer: whether the message was sent decides', () => {
  expect(judgeAnswer({ kind: 'lost', sent: true, text: 'x' }, place).kind).toBe('in-doubt');
  expect(judgeAnswer({ kind: 'lost', sent: false, text: 'x' }, place).kind).toBe('failed');
  expect(judgeAnswer({ kind: 'lost', sent: false, text: 'x' }, { ...place, aborted: true }).kind).toBe(
    'not-tried',
  );
});

test.each([
  ['relay@contoso.com', 'relay%40contoso.com'],
  ['a/../b@contoso.com', 'a%2F..%2Fb%40contoso.com'],
  ['a?b#c%2f@contoso.com', 'a%3Fb%23c%252f%40contoso.com'],
])('the mailbox %s is one segment', (mailbox, segment) => {
  expect(sendMailUrl('https://graph.example/', mailbox)).toBe(
    `https://graph.example/v1.0/users/${segment}/sendMail`,
  );
});
