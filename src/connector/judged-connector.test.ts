/** What the catalogue makes of a failure that the SMTP client has judged by its code alone. */
import { expect, test } from 'vitest';
import type { Failure } from '../message/outcome.ts';
import { judgeFailure, judgeOutcome } from './judged-connector.ts';
import { instant } from '../platform/clock.ts';

function failure(code: number, enhanced: string, line: string, stage: Failure['stage'] = 'content'): Failure {
  return {
    scope: 'message',
    permanence: 'permanent',
    stage,
    reply: { code, enhanced, lines: [line] },
    code: 'content-refused',
    text: 'mx.example:25 refuses the message',
    status: '5.6.0',
  };
}

const { reply: _reply, ...withoutReply } = failure(550, '5.6.99', '');

test('a throttle that comes as a 5yz holds mail and names its pause', () => {
  const judged = judgeFailure(failure(550, '5.7.233', 'Your message was not sent: tenant limit'), 'mx');
  expect(judged).toMatchObject({ permanence: 'transient', status: expect.stringMatching(/^4\./) });
  expect(judged.retryAfterMs).toBeGreaterThan(0);
});

test('a fault of set-up told at RCPT is about the way', () => {
  const denied = failure(550, '5.7.64', 'TenantAttribution; Relay Access Denied', 'rcpt');
  expect(judgeFailure(denied, 'mx')).toMatchObject({
    scope: 'connector',
    permanence: 'transient',
    code: 'attribution-relay-denied',
    aboutTheWay: true,
    text: expect.stringContaining('egress IPv4'),
  });
});

test('what this sender may not do here may be allowed on the fallback', () => {
  const denied = failure(554, '5.2.252', 'SendAsDenied; a@contoso.com not allowed to send as b@contoso.com');
  expect(judgeFailure(denied, 'submission')).toMatchObject({ permanence: 'transient', otherRoute: true });
});

test('a recipient that does not exist goes back', () => {
  const unknown = failure(550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found', 'rcpt');
  expect(judgeFailure(unknown, 'mx')).toMatchObject({ scope: 'recipient', permanence: 'permanent' });
});

test.each([
  ['nobody knows the reply', failure(550, '5.6.99', 'Something quite new')],
  ['there is no reply', withoutReply],
])('%s: it stays as it was judged', (_, unknown) => {
  expect(judgeFailure(unknown, 'mx')).toBe(unknown);
});

test('only failures are judged, each for itself', () => {
  const about = { connector: 'a', host: 'h:25', startedAt: instant(0), endedAt: instant(0) };
  const relayed = { kind: 'relayed', reply: { code: 250, lines: [] }, dsnPassedOn: false } as const;
  const inDoubt = { kind: 'in-doubt', failure: failure(550, '5.7.64', 'Relay Access Denied') } as const;
  const denied = { kind: 'failed', failure: failure(550, '5.7.64', 'Relay Access Denied', 'rcpt') } as const;
  const { recipients } = judgeOutcome({ ...about, recipients: [relayed, inDoubt, denied] }, 'mx');
  expect(recipients[0]).toBe(relayed);
  expect(recipients[1]).toBe(inDoubt);
  expect(recipients[2]).toMatchObject({ kind: 'failed', failure: { permanence: 'transient' } });
});
