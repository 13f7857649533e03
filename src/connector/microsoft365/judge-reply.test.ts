import { describe, expect, it } from 'vitest';
import type { Reply } from '../../message/reply.ts';
import { judgeReply } from './judge-reply.ts';

function reply(code: number, enhanced: string | undefined, ...lines: string[]): Reply {
  return enhanced === undefined ? { code, lines } : { code, enhanced, lines };
}

describe('judgeReply', () => {
  it('holds what comes as 5yz and clears by itself', () => {
    const judged = judgeReply(reply(550, '5.7.233', "Your message can't be sent"), {
      where: 'submission',
      stage: 'content',
    });
    expect(judged).toMatchObject({
      code: 'terrl',
      kind: 'throttle',
      hold: true,
      permanence: 'transient',
      // Mail within the tenant still goes this way.
      scope: 'message',
      status: '4.7.233',
      exhausted: 'external',
      alarm: true,
      retryAfterMs: 3_600_000,
    });
  });

  it('keeps the mail and blames the set-up where the tenant does not know the connection', () => {
    const judged = judgeReply(reply(550, '5.7.64', 'TenantAttribution; Relay Access Denied [host]'), {
      where: 'mx',
      stage: 'rcpt',
    });
    expect(judged).toMatchObject({
      code: 'attribution-relay-denied',
      kind: 'configuration',
      scope: 'connector',
      permanence: 'transient',
      hold: true,
      side: 'microsoft-365',
    });
    expect(judged?.retryAfterMs).toBeUndefined();
  });

  it('says meaning and fix for the operator', () => {
    const judged = judgeReply(reply(535, '5.7.139', 'SmtpClientAuthentication is disabled for the Mailbox'), {
      where: 'submission',
      stage: 'login',
    });
    expect(judged?.text).toMatch(/^SMTP AUTH is off for this mailbox\. What to do: .*\.$/);
  });

  it('returns what a person must correct', () => {
    const judged = judgeReply(reply(550, '5.4.1', 'Recipient address rejected: Access denied'), {
      where: 'mx',
      stage: 'rcpt',
    });
    expect(judged).toMatchObject({
      code: 'dbeb-recipient-rejected',
      scope: 'recipient',
      permanence: 'permanent',
      status: '5.4.1',
      hold: false,
    });
  });

  it('asks for IPv4 where IPv6 is what the server objects to', () => {
    expect(
      judgeReply(reply(550, '5.2.1', 'Service unavailable, [contoso.com] does not accept email over IPv6.'), {
        where: 'mx',
        stage: 'rcpt',
      }),
    ).toMatchObject({ kind: 'retry-over-ipv4', overIpv4: true, permanence: 'transient', retryAfterMs: 0 });
  });

  it('asks for a fresh token before it believes that one is refused', () => {
    expect(
      judgeReply(reply(535, '5.7.3', 'Authentication unsuccessful [host]'), {
        where: 'submission',
        stage: 'login',
      }),
    ).toMatchObject({ kind: 'configuration', freshToken: true, hold: true });
  });

  it('offers what is too large for Graph to another route', () => {
    expect(
      judgeReply(reply(413, undefined, 'RequestEntityTooLarge'), { where: 'graph', stage: 'content' }),
    ).toMatchObject({ permanence: 'permanent', otherRoute: true, scope: 'message', status: '5.0.0' });
  });

  it('splits where a transaction had too many recipients', () => {
    expect(
      judgeReply(reply(452, '4.5.3', 'Too many recipients'), { where: 'mx', stage: 'rcpt' }),
    ).toMatchObject({
      split: true,
      scope: 'recipient',
      retryAfterMs: 0,
    });
  });

  // The reply at a stage can only be about what the server has heard by then.
  it.each([
    ['451', '4.7.700', 'PFA agent busy, please try again.', 'greeting', 'connector'],
    ['451', '4.7.700', 'PFA agent busy, please try again.', 'mail', 'message'],
    ['451', '4.7.700', 'PFA agent busy, please try again.', 'rcpt', 'recipient'],
    ['451', '4.7.700', 'PFA agent busy, please try again.', 'content', 'message'],
    ['554', '5.2.122', 'The recipient has exceeded their limit', 'rcpt', 'recipient'],
    ['554', '5.2.122', 'The recipient has exceeded their limit', 'content', 'message'],
    ['550', '5.7.60', 'SMTP; Client does not have permissions to send as this sender', 'rcpt', 'message'],
    ['432', '4.3.2', 'Concurrent connections limit exceeded.', 'login', 'destination'],
  ] as const)('%s %s %s at %s concerns the %s', (code, enhanced, text, stage, scope) => {
    expect(judgeReply(reply(Number(code), enhanced, text), { where: 'mx', stage })?.scope).toBe(scope);
  });

  it('never returns mail for a 4yz, whatever its words', () => {
    expect(
      judgeReply(reply(450, '4.2.0', 'RESOLVER.RST.AuthRequired'), { where: 'mx', stage: 'content' }),
    ).toMatchObject({ code: 'auth-required-571', permanence: 'transient', status: '4.2.0' });
  });

  it('reads all lines of a reply', () => {
    expect(
      judgeReply(reply(550, '5.7.64', 'TenantAttribution;', 'Relay Access Denied ATTR36'), {
        where: 'mx',
        stage: 'rcpt',
      })?.code,
    ).toBe('attribution-attr36');
  });

  it('leaves what it does not know to the code', () => {
    expect(
      judgeReply(reply(451, '4.7.1', 'Greylisting in action'), { where: 'mx', stage: 'rcpt' }),
    ).toBeUndefined();
    // Words of Graph say nothing in SMTP: 429 may be part of a host name or an id.
    expect(
      judgeReply(reply(451, '4.9.9', 'id 429'), { where: 'submission', stage: 'content' }),
    ).toBeUndefined();
  });
});
