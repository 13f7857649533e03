import { expect, it } from 'vitest';
import type { Failure, Stage } from '../message/outcome.ts';
import type { Reply } from '../message/reply.ts';
import type { RouteScope } from './classify-reply.ts';
import { classifyReply } from './classify-reply.ts';

type Row = readonly [
  why: string,
  stage: Stage,
  reply: string,
  scope: Failure['scope'],
  permanence: Failure['permanence'],
  code: string,
  status: string,
];

// Smart host; `connector` is `destination` with MX.
const table: readonly Row[] = [
  [
    'RFC 5321 3.8: 421 at any stage',
    'mail',
    '421 4.3.2 closing',
    'connector',
    'transient',
    'closing',
    '4.3.2',
  ],
  ['421 after the content', 'content', '421', 'connector', 'transient', 'closing', '4.3.2'],
  [
    'RFC 5321 3.1: 554 instead of a greeting',
    'greeting',
    '554 no service',
    'connector',
    'transient',
    'greeting-refused',
    '4.3.2',
  ],
  [
    'a block list at the greeting holds mail',
    'greeting',
    '550 5.7.1 blocked',
    'connector',
    'transient',
    'greeting-refused',
    '4.7.1',
  ],
  ['EHLO name refused', 'hello', '550 5.7.1 bad name', 'connector', 'transient', 'hello-refused', '4.7.1'],
  [
    'D11: a wrong password holds mail',
    'login',
    '535 5.7.8 wrong',
    'connector',
    'transient',
    'login-refused',
    '4.7.8',
  ],
  [
    'the password cannot be checked',
    'login',
    '454 4.7.0 later',
    'connector',
    'transient',
    'login-deferred',
    '4.7.0',
  ],
  [
    'RFC 4954 6: login needed',
    'mail',
    '530 5.7.0 login first',
    'connector',
    'transient',
    'authentication-required',
    '4.7.0',
  ],
  [
    'Exchange Online without login',
    'mail',
    '530 5.7.57 not authenticated',
    'connector',
    'transient',
    'authentication-required',
    '4.7.57',
  ],
  [
    'this sender or all of us: mail waits',
    'mail',
    '550 5.7.1 not allowed',
    'message',
    'transient',
    'sender-not-authorised',
    '4.7.1',
  ],
  ['RFC 3463 5.1.8', 'mail', '550 5.1.8 bad sender', 'message', 'permanent', 'sender-refused', '5.1.8'],
  ['a refusal without enhanced code', 'mail', '550 no', 'message', 'permanent', 'sender-refused', '5.1.0'],
  ['RFC 1870 6.1', 'mail', '552 too big', 'message', 'permanent', 'message-too-large', '5.3.4'],
  [
    'RFC 1870: no room now',
    'mail',
    '452 4.3.1 no room',
    'connector',
    'transient',
    'sender-deferred',
    '4.3.1',
  ],
  ['grey-listing of a sender', 'mail', '451 4.7.1 later', 'message', 'transient', 'sender-deferred', '4.7.1'],
  [
    'out of order is no word about the message',
    'mail',
    '503 5.5.1 order',
    'message',
    'transient',
    'mail-rejected',
    '4.5.1',
  ],
  ['RFC 3463 5.1.1', 'rcpt', '550 5.1.1 nobody', 'recipient', 'permanent', 'recipient-refused', '5.1.1'],
  ['RFC 5321 4.2.3: 551', 'rcpt', '551 elsewhere', 'recipient', 'permanent', 'recipient-refused', '5.1.0'],
  ['busy mailbox', 'rcpt', '450 4.2.1 busy', 'recipient', 'transient', 'recipient-deferred', '4.2.1'],
  [
    'RFC 5321 4.5.3.1.10: 452',
    'rcpt',
    '452 4.5.3 too many',
    'recipient',
    'transient',
    'too-many-recipients',
    '4.5.3',
  ],
  [
    'RFC 5321 4.5.3.1.10: 552 as 452',
    'rcpt',
    '552 too many',
    'recipient',
    'transient',
    'too-many-recipients',
    '4.5.3',
  ],
  [
    '552 that means a full mailbox',
    'rcpt',
    '552 5.2.2 full',
    'recipient',
    'permanent',
    'recipient-refused',
    '5.2.2',
  ],
  [
    'of one recipient only, whatever the status: a lookup failed',
    'rcpt',
    '451 4.3.0 error',
    'recipient',
    'transient',
    'recipient-deferred',
    '4.3.0',
  ],
  [
    'of one recipient only',
    'rcpt',
    '450 4.4.1 down',
    'recipient',
    'transient',
    'recipient-deferred',
    '4.4.1',
  ],
  ['content refused', 'content', '554 5.7.1 virus', 'message', 'permanent', 'content-refused', '5.7.1'],
  ['content refused without words', 'content', '554', 'message', 'permanent', 'content-refused', '5.6.0'],
  ['552 after the content', 'content', '552', 'message', 'permanent', 'message-too-large', '5.3.4'],
  [
    '4yz after the content',
    'content',
    '451 4.7.1 later',
    'message',
    'transient',
    'content-deferred',
    '4.7.1',
  ],
  [
    'no room for this one; a smaller one may fit',
    'content',
    '452 4.3.1 no room',
    'message',
    'transient',
    'content-deferred',
    '4.3.1',
  ],
  [
    'a scanner that fails at this content',
    'content',
    '451 4.3.0 error: queue file write error',
    'message',
    'transient',
    'content-deferred',
    '4.3.0',
  ],
  [
    'the system takes nothing',
    'content',
    '451 4.3.2 shutting down',
    'connector',
    'transient',
    'content-deferred',
    '4.3.2',
  ],
  ['the system is ill', 'mail', '451 4.3.0 error', 'connector', 'transient', 'sender-deferred', '4.3.0'],
  ['a look-up of this sender', 'mail', '450 4.4.3 dns', 'message', 'transient', 'sender-deferred', '4.4.3'],
  ['DATA refused', 'data', '554 5.6.0 no', 'message', 'permanent', 'content-refused', '5.6.0'],
  ['DATA not understood', 'data', '503 5.5.1 order', 'message', 'transient', 'content-rejected', '4.5.1'],
  [
    'unknown means temporary: 3yz to RCPT',
    'rcpt',
    '354 what',
    'recipient',
    'transient',
    'recipient-deferred',
    '4.0.0',
  ],
];

function replyOf(text: string): Reply {
  const [number = '', enhanced = '', ...words] = text.split(' ');
  const hasEnhanced = /^\d\./.test(enhanced);
  return {
    code: Number(number),
    ...(hasEnhanced && { enhanced }),
    lines: [(hasEnhanced ? words : [enhanced, ...words]).join(' ')],
  };
}

it.each(table)('%s: %s %s', (_why, stage, text, scope, permanence, code, status) => {
  const reply = replyOf(text);
  const failure = classifyReply({ stage, reply, routeScope: 'connector', host: 'mail.example.net:25' });
  expect(failure).toMatchObject({ scope, permanence, code, status, stage, reply });
  expect(failure.text).toContain('mail.example.net:25');
  expect(failure.text).toContain(String(reply.code));
});

it('concerns one domain only with delivery by MX', () => {
  const reply = { code: 421, lines: [''] };
  expect(classifyReply({ stage: 'greeting', reply, routeScope: 'destination', host: 'mx:25' }).scope).toBe(
    'destination',
  );
});

const atRecipient = (text: string, routeScope: RouteScope): Failure =>
  classifyReply({ stage: 'rcpt', reply: replyOf(text), routeScope, host: 'mail.example.net:25' });

it.each([
  ['Postfix', '554 5.7.1 <b@example.net>: Relay access denied'],
  ['Postfix, soft_bounce or defer_unauth_destination', '454 4.7.1 <b@example.net>: Relay access denied'],
  ['Exim', '550 relay not permitted'],
  ['Exim, Debian', '550 relay not permitted, authentication required'],
  ['cPanel', '550 mail.example.com [192.0.2.7] is currently not permitted to relay through this server.'],
  ['Exchange 2010', '550 5.7.1 Unable to relay'],
  ['Exchange 2016', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'],
  ['IIS', '550 5.7.1 Unable to relay for b@example.net'],
  ['Sendmail', '550 5.7.1 <b@example.net>... Relaying denied'],
  ['Sendmail, no name', '550 5.7.1 <b@example.net>... Relaying denied. IP name lookup failed [192.0.2.7]'],
  ['Sendmail, login', '550 5.7.1 <b@example.net>... Relaying denied. Proper authentication required.'],
  ['qmail', "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
  ['others', '550 5.7.1 Relaying not allowed'],
  ['others', '551 5.7.1 we do not relay'],
])('a next hop for all mail that does not relay for us is a fault of set-up: %s', (_server, text) => {
  const failure = atRecipient(text, 'connector');
  expect(failure).toMatchObject({
    scope: 'connector',
    permanence: 'transient',
    code: 'relay-denied',
    aboutTheWay: true,
  });
  expect(failure.status).toMatch(/^4\.7\./);
  expect(failure.text).toContain('allow the address of this relay there');
  // The host that MX names is not the one for this domain: nobody there will ever allow us.
  expect(atRecipient(text, 'destination')).toMatchObject({
    scope: 'recipient',
    permanence: text.startsWith('4') ? 'transient' : 'permanent',
  });
});

it.each([
  '550 5.1.1 <relay@example.net>: Recipient address rejected: User unknown',
  '550 5.7.1 <b@example.net>: Access denied',
  '554 5.7.1 relay-host.example.com is blocked by policy',
  '550 5.1.1 no mailbox denied.relay@example.net',
  '452 4.2.2 mailbox full; relaying denied',
])('is not made of other refusals: %s', (text) => {
  expect(atRecipient(text, 'connector')).toMatchObject({ scope: 'recipient' });
});
