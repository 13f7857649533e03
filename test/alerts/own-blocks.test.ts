/** The review blocks an address by itself, where it is told to: seen from outside, by SMTP, API, command and webhook. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';
import type { World } from './alert-world.ts';
import { startWorld } from './alert-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const attacker = '203.0.113.9';
const printer = '10.20.0.5';

/** A load balancer on this host tells who the client is. */
const listener = {
  name: 'devices',
  address: '127.0.0.1',
  port: 0,
  tls: 'off',
  proxyProtocol: ['127.0.0.1'],
};

const policyWith = (port: number, networks: readonly string[]) =>
  loopbackPolicy(port, { source: { networks: [...networks] } });

/** As a client of that address. */
function openAs(world: World, address: string): Promise<SmtpTalk> {
  const header = `PROXY TCP4 ${address} 127.0.0.1 40000 25\r\n`;
  return SmtpTalk.open(world.relay.port, '127.0.0.1', header);
}

/** Refused as often, in sessions of a few errors each. */
async function attempts(world: World, address: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 5) {
    await using talk = await openAs(world, address);
    await talk.say('EHLO client.example');
    for (let n = done; n < Math.min(count, done + 5); n += 1) {
      await talk.say('MAIL FROM:<a@contoso.com>');
      expect((await talk.say('RCPT TO:<b@fabrikam.example>')).code).toBe(550);
      await talk.say('RSET');
    }
  }
}

async function greetingOf(world: World, address: string): Promise<number | undefined> {
  await using talk = await openAs(world, address);
  return talk.greeting?.code;
}

test('an address that is refused again and again is blocked, alerted, on record, and taken back', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: policyWith(hop.port, [printer]),
    node: { listeners: [listener], review: { block: { from: 'warning', for: '6h' } } },
  });
  await attempts(world, attacker, 25);
  await attempts(world, '203.0.113.77', 19);
  expect(await greetingOf(world, attacker)).toBe(220);
  await world.until(() => world.told('address-blocked').length > 0, hour);
  expect(await greetingOf(world, attacker)).toBe(554);
  expect(await greetingOf(world, '203.0.113.77')).toBe(220);
  const seen = await world.ask('reviewBlocks');
  expect(seen).toMatchObject({
    enabled: true,
    from: 'warning',
    seconds: 6 * 3_600,
    items: [{ address: attacker }],
    leftAlone: [],
  });
  const asked = { address: attacker, sender: 'a@contoso.com', recipients: ['b@fabrikam.example'] };
  expect(await world.ask('simulate', { body: { ...asked, listener: 'devices' } })).toMatchObject({
    verdict: 'refuse',
    stages: [{ rule: 'blocked', explanation: expect.stringContaining('relay365 review unblock') }],
  });
  expect(await world.ask('strangerDecisions')).toMatchObject({
    items: [{ address: attacker, decision: 'blocked', by: expect.stringContaining('review') }],
  });

  const { configFile } = world.relay.workspace;
  const told = await runCommand(['review', 'unblock', attacker, '--config', configFile]);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(await greetingOf(world, attacker)).toBe(220);
  await world.until(() => world.told('address-blocked').length > 1, 5 * minute);
  expect(world.told('address-blocked')).toEqual(['opened', 'closed']);
  // It goes on, and what a person decided holds.
  await attempts(world, attacker, 25);
  await world.pass(hour);
  expect(await greetingOf(world, attacker)).toBe(220);
  expect((await world.ask('reviewBlocks')).leftAlone).toMatchObject([{ address: attacker }]);
  const { items } = await world.ask('audit', { query: { limit: '50' } });
  const about = items.filter(({ object }) => object === attacker).map(({ action, by }) => [action, by]);
  expect(about).toEqual([
    ['liftReviewBlock', expect.any(String)],
    ['blockedByReview', 'relay365'],
  ]);
  expect(await world.ask('verifyAudit')).toMatchObject({ whole: true });
}, 180_000);

test('never a source: not where mail came from, and a new source ends the block at once', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: policyWith(hop.port, [printer, '203.0.113.8']),
    node: { listeners: [listener], review: { block: { from: 'warning', never: ['203.0.113.128/25'] } } },
  });
  await using talk = await openAs(world, '203.0.113.8');
  await talk.say('EHLO client.example');
  const to = 'b@fabrikam.example';
  expect(
    (await talk.send({ from: 'scanner@contoso.com', to: [to], content: sampleContent('one', to) })).code,
  ).toBe(250);
  // It is taken out of the policy, and tries again and again.
  await world.relay.workspace.write('policy.yaml', stringify(policyWith(hop.port, [printer])));
  await world.relay.relay.reloadPolicy();
  await attempts(world, '203.0.113.8', 25);
  await attempts(world, '203.0.113.200', 25);
  await attempts(world, attacker, 25);
  await world.until(() => world.told('address-blocked').length > 0, hour);
  expect((await world.ask('reviewBlocks')).items.map(({ address }) => address)).toEqual([attacker]);
  expect(await greetingOf(world, '203.0.113.8')).toBe(220);
  expect(await greetingOf(world, '203.0.113.200')).toBe(220);

  await world.relay.workspace.write('policy.yaml', stringify(policyWith(hop.port, [printer, attacker])));
  await world.relay.relay.reloadPolicy();
  expect(await greetingOf(world, attacker)).toBe(220);
  const ended = await world.relay.event('address-unblocked');
  expect(ended).toMatchObject({ address: attacker, why: 'source' });
}, 180_000);

test('untold it blocks nothing', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: policyWith(hop.port, [printer]),
    node: { listeners: [listener] },
  });
  await attempts(world, attacker, 25);
  await world.until(async () => (await world.ask('review')).items.length > 0, hour);
  await world.pass(hour);
  expect(await greetingOf(world, attacker)).toBe(220);
  expect(await world.ask('reviewBlocks')).toEqual({ enabled: false, items: [], leftAlone: [] });
}, 180_000);
