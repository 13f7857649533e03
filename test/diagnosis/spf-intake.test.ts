/** SPF on intake: RFC 7208 2.6, 8.4 to 8.7 and 9.1, for a source that is known by its login. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '../../src/policy/password.ts';
import type { NextHop } from '../harness/next-hop.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import type { NameServer } from './dns-server.ts';
import { startNameServer } from './dns-server.ts';

let names: NameServer;
let hop: NextHop;
let relay: TestRelay;

async function start(spf: object, networks: readonly string[] = []): Promise<void> {
  relay = await startTestRelay({
    listener: { authWithoutTls: true },
    policy: {
      sources: [
        {
          name: 'erp',
          networks,
          login: { username: 'erp', password: await hashPassword('test-password') },
          senders: ['*@contoso.com'],
          spf,
        },
      ],
      connectors: [
        { name: 'out', tls: 'off', route: { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`] } },
      ],
    },
    overrides: { dns: names.dns },
  });
}

beforeEach(async () => {
  names = await startNameServer();
  hop = await startNextHop();
});

afterEach(async () => {
  await relay[Symbol.asyncDispose]();
  await hop[Symbol.asyncDispose]();
  await names[Symbol.asyncDispose]();
});

async function mail(sender = 'a@contoso.com') {
  await using client = await SmtpTalk.open(relay.port);
  await client.say('EHLO client.example');
  await client.say(`AUTH PLAIN ${Buffer.from('\0erp\0test-password').toString('base64')}`);
  const answer = await client.say(`MAIL FROM:<${sender}>`);
  if (answer.code !== 250) return answer.text;
  await client.say('RCPT TO:<b@example.net>');
  await client.say('DATA');
  return (await client.say(`From: ${sender}\r\nSubject: t\r\n\r\nx\r\n.`)).text;
}

test.each([
  ['pass', ['v=spf1 ip4:127.0.0.1 -all'], {}, /^250 2\.0\.0/],
  ['fail is refused', ['v=spf1 -all'], {}, /^550 5\.7\.23 SPF validation failed/],
  ['fail is put off', ['v=spf1 -all'], { fail: 'defer' }, /^451 4\.7\.23 SPF/],
  ['fail is recorded', ['v=spf1 -all'], { fail: 'record' }, /^250 2\.0\.0/],
  ['softfail passes', ['v=spf1 ~all'], {}, /^250 2\.0\.0/],
  ['softfail is refused by rule', ['v=spf1 ~all'], { softfail: 'refuse' }, /^550 5\.7\.23/],
  ['a broken record passes', ['v=spf1 ip4:x -all'], {}, /^250 2\.0\.0/],
  ['a broken record is refused by rule', ['v=spf1 ip4:x -all'], { permerror: 'refuse' }, /^550 5\.7\.24/],
  ['no record passes', [], {}, /^250 2\.0\.0/],
])('%s', async (_, txt, spf, expected) => {
  names.zones = { 'contoso.com': { txt } };
  await start(spf);
  expect(await mail()).toMatch(expected);
});

test('a name server that fails puts the mail off, and the next try asks again', async () => {
  names.zones = { 'contoso.com': { broken: true } };
  await start({});
  expect(await mail()).toMatch(/^451 4\.7\.24 SPF cannot be looked up now/);
  names.zones = { 'contoso.com': { txt: ['v=spf1 ip4:127.0.0.1 -all'] } };
  expect(await mail()).toMatch(/^250 2\.0\.0/);
});

test('the permission of an address supersedes SPF', async () => {
  names.zones = { 'contoso.com': { txt: ['v=spf1 -all'] } };
  await start({}, ['127.0.0.1']);
  expect(await mail()).toMatch(/^250 2\.0\.0/);
});

test('the verdict stands above the Received field of this host', async () => {
  names.zones = { 'contoso.com': { txt: ['v=spf1 ip4:127.0.0.1 -all'] } };
  await start({});
  expect(await mail()).toMatch(/^250 2\.0\.0/);
  await relay.event('settled');
  const [arrived] = hop.mails;
  const head = String(arrived?.content).replaceAll(/\r\n[ \t]+/g, ' ');
  expect(head).toMatch(/^Received-SPF: pass \(relay\.test\.example: domain of a@contoso\.com /);
  expect(head).toMatch(
    /client-ip=127\.0\.0\.1; envelope-from="a@contoso\.com"; helo=client\.example; identity=mailfrom; mechanism="ip4:127\.0\.0\.1";\r\nReceived: /,
  );
});
