/** A connector that is suspended until a time is used again then, also where the relay stood still at that time. */
import { expect, test } from 'vitest';
import type { Clock } from '../../src/platform/clock.ts';
import { formatInstant, plus, systemClock } from '../../src/platform/clock.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { runCommand } from '../harness/child.ts';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const hourMs = 3_600_000;

/** The clock of this machine, `ms` later. */
const later = (ms: number): Clock => ({ ...systemClock, now: () => plus(systemClock.now(), ms) });

async function sendOne(relay: TestRelay): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const content = sampleContent('one', 'you@fabrikam.example');
  const reply = await talk.send({ from: 'scanner@contoso.com', to: ['you@fabrikam.example'], content });
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
}

const run = (relay: TestRelay, ...args: string[]) =>
  runCommand([...args, '--config', relay.workspace.configFile]);

test('while the relay runs', async () => {
  await using nextHop = await startNextHop();
  const clock = new FakeClock();
  await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port), overrides: { clock } });
  const ask = asking(relay);
  const until = formatInstant(plus(clock.now(), hourMs));
  await ask('suspend', { params: { name: 'next-hop' }, body: { reason: 'maintenance', until } });
  const id = await sendOne(relay);
  await clock.advance(hourMs - 1);
  expect((await ask('connectors')).items[0]?.suspended).toMatchObject({ until });
  expect(relay.events.counts()['attempted']).toBeUndefined();
  await clock.advance(1);
  await relay.event('settled', (event) => event.id === id);
  const { items } = await ask('connectors');
  expect(items[0]?.suspended).toBeUndefined();
});

test('over a restart: before its end it lasts, after it mail goes at once', async () => {
  await using nextHop = await startNextHop();
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(nextHop.port) });
  const first = await startTestRelay({ workspace });
  const until = formatInstant(plus(systemClock.now(), hourMs));
  const said = await run(first, 'connector', 'suspend', 'next-hop', '--reason', 'moving', '--until', until);
  expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('is suspended until ') });
  const id = await sendOne(first);
  await first[Symbol.asyncDispose]();

  const second = await startTestRelay({ workspace });
  const { items } = await asking(second)('connectors');
  expect(items[0]?.suspended).toMatchObject({ reason: 'moving', until });
  await second[Symbol.asyncDispose]();

  await using third = await startTestRelay({ workspace, overrides: { clock: later(2 * hourMs) } });
  await third.event('settled', (event) => event.id === id);
  const after = await asking(third)('connectors');
  expect(after.items[0]?.suspended).toBeUndefined();
});

test('an end that is none, or has passed, is refused', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const none = await run(relay, 'connector', 'suspend', 'next-hop', '--until', 'friday-ish');
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('is no date such as 2027-06-30') });
  const passed = await run(relay, 'connector', 'suspend', 'next-hop', '--until', '2020-01-01');
  expect(passed.code).not.toBe(0);
  expect(passed.stderr).toContain('until is not in the future');
});

test('security self-test: a closed relay ends with 0, one that takes a probe with 1 and the conversation', async () => {
  await using closed = await startTestRelay({ policy: loopbackPolicy(1) });
  const well = await run(closed, 'security', 'self-test');
  expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining('this relay is closed') });
  const everybody = {
    name: 'everybody',
    networks: ['0.0.0.0/0', '::/0'],
    dangerous: true,
    senders: ['*'],
    recipients: ['*'],
  };
  const policy = { ...(loopbackPolicy(1) as object), sources: [everybody] };
  await using open = await startTestRelay({ policy });
  const ill = await run(open, 'security', 'self-test');
  expect(ill.code).toBe(1);
  expect(ill.stdout).toContain('taken for the source everybody');
  expect(ill.stdout).toMatch(/C: RCPT TO:.*\n\s+S: 250/);
});
