/** What no transcript, log or event may hold: passwords in every form that clients send them in, and contents. */
import { expect, test } from 'vitest';
import { hashPassword } from '../../src/policy/password.ts';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

// Test values.
const password = 'test-SECRET-pw';
const body = 'test-SECRET-body';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const forms = [
  password,
  body,
  base64(password),
  base64(`\0erp\0${password}`),
  base64(`\0erp\0wrong-${password}`),
];

async function relayWith(listener: Record<string, unknown>, port: number): Promise<TestRelay> {
  const source = { login: { username: 'erp', password: await hashPassword(password) } };
  return startTestRelay({ policy: loopbackPolicy(port, { source }), listener });
}

/** Says these lines in one session; `undefined`: whatever is answered, if anything. */
async function session(relay: TestRelay, lines: readonly string[]): Promise<void> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO device.example');
  for (const line of lines) await talk.say(line);
  await talk.say('QUIT');
}

async function everything(relay: TestRelay, sessions: number): Promise<string> {
  await expect
    .poll(() => relay.events.list.filter(({ kind }) => kind === 'session-ended').length)
    .toBeGreaterThanOrEqual(sessions);
  const ask = asking(relay);
  const { items } = await ask('transcripts');
  const shown = await Promise.all(items.map(({ key }) => ask('transcript', { params: { key } })));
  expect(shown.flatMap((one) => one.sessions).length).toBeGreaterThan(0);
  return JSON.stringify([shown, relay.log, relay.events.list, (await ask('events')).items]);
}

test('of a login that is not offered nothing is kept, whatever the device goes on to say', async () => {
  await using nextHop = await startNextHop();
  await using relay = await relayWith({ tls: 'off' }, nextHop.port);
  await asking(relay)('startCapture', { params: { key: '127.0.0.1' } });
  const scripts = [
    [`AUTH PLAIN ${base64(`\0erp\0${password}`)}`],
    ['AUTH LOGIN', base64('erp'), base64(password)],
    [`AUTH LOGIN ${base64('erp')}`, base64(password)],
    ['AUTH PLAIN', base64(`\0erp\0${password}`)],
    [`AUTH CRAM-MD5 ${base64(password)}`, `AUTH ${password}`, `AUTH`],
    ['AUTH LOGIN', 'erp', password],
  ];
  for (const lines of scripts) await session(relay, lines);
  const text = await everything(relay, scripts.length);
  for (const form of forms) expect(text).not.toContain(form);
  // Where a password was said stands that an unknown command came.
  expect(text).toContain('"text":"unknown"');
});

test('of a login that is offered only mechanism and user name are kept', async () => {
  await using nextHop = await startNextHop();
  await using relay = await relayWith({ tls: 'off', authWithoutTls: true }, nextHop.port);
  const scripts = [
    [`AUTH PLAIN ${base64(`\0erp\0wrong-${password}`)}`],
    ['AUTH PLAIN', base64(`\0erp\0wrong-${password}`)],
    ['AUTH LOGIN', base64('erp'), base64(`wrong-${password}`), base64(password)],
    [`AUTH LOGIN ${base64('erp')}`, base64(password), base64(password)],
    ['AUTH LOGIN', base64('erp'), '*', base64(password)],
    ['AUTH LOGIN', 'not base64 \u00e4', password],
  ];
  for (const lines of scripts) await session(relay, lines);
  const text = await everything(relay, scripts.length);
  for (const form of forms) expect(text).not.toContain(form);
  expect(text).toContain('AUTH LOGIN (erp, the password is not kept)');
});

test('of contents the size is kept, also where the transaction was refused and the content comes all the same', async () => {
  await using nextHop = await startNextHop();
  await using relay = await relayWith({ tls: 'off' }, nextHop.port);
  await asking(relay)('startCapture', { params: { key: '127.0.0.1' } });
  const chunk = `From: scanner@contoso.com\r\n\r\n${body}\r\n`;
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO device.example');
    await talk.say('MAIL FROM:<scanner@contoso.com>');
    await talk.say('RCPT TO:<ann@fabrikam.example>');
    await talk.say(`BDAT ${chunk.length}\r\n${chunk.slice(0, -2)}`);
    await talk.say(`BDAT ${body.length} LAST\r\n${body.slice(0, -2)}`);
    await talk.say('QUIT');
  }
  // DATA is refused, because there is no recipient, and the device sends its mail as commands.
  await session(relay, [
    'DATA',
    'From: scanner@contoso.com',
    `Subject: ${body}`,
    body,
    // Lines of a mail that begin like commands.
    `MAIL ${body} again`,
    `Help ${body}`,
    '.',
  ]);
  const text = await everything(relay, 2);
  expect(text).not.toContain(body);
  expect(text).toContain('octets of content, not kept');
});
