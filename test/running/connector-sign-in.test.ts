/** Signing a person in for a connector by the admin API, at the stand-in's device code endpoint (RFC 8628). */
import { afterEach, expect, test } from 'vitest';
import type { ConnectorSignIn } from '../../contract/schemas.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { ManualClock } from '../../sandbox/testing/manual-clock.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { asking } from '../harness/admin-ask.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const graph = { params: { name: 'graph' } };

async function start(options: Parameters<typeof startSandbox>[0] = {}) {
  const sandbox = await startSandbox(options);
  stops.push(() => sandbox.stop());
  const { tenantId, clientId, url } = sandbox.identity;
  const credential = { type: 'oauth', tenantId, clientId, signIn: 'device-code', authority: url };
  const { mailbox } = sandbox.submission;
  const route = { type: 'graph', mailbox, endpoint: sandbox.graph.url, credential };
  const workspace = await makeWorkspace({
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
      connectors: [
        { name: 'graph', route, ca: './ca.pem', retry: { initial: '100ms', maximum: '200ms' } },
        { name: 'host', route: { type: 'smart-host', hosts: ['127.0.0.1:1'] }, tls: 'off' },
      ],
    },
  });
  stops.push(async () => workspace[Symbol.asyncDispose]());
  await workspace.write('ca.pem', sandbox.caPem);
  // The relay asks for the token every five seconds of this clock.
  const clock = new FakeClock(Date.now());
  const relay = await startTestRelay({ workspace, overrides: { clock } });
  stops.push(async () => relay[Symbol.asyncDispose]());
  return { sandbox, relay, clock, ask: asking(relay) };
}

type World = Awaited<ReturnType<typeof start>>;

/** Asks as the console does, until the person or the code has come to an end. */
async function ended({ ask, clock }: Pick<World, 'ask' | 'clock'>): Promise<ConnectorSignIn> {
  for (;;) {
    await clock.advance(5_000);
    const now = await ask('connectorSignIn', graph);
    if (now.state !== 'waiting') return now;
  }
}

async function begun({ ask, clock }: Pick<World, 'ask' | 'clock'>): Promise<string> {
  const waiting = await ask('beginConnectorSignIn', graph);
  expect(waiting).toMatchObject({ state: 'waiting', url: 'https://microsoft.com/devicelogin' });
  const lasts = Date.parse(waiting.expiresAt ?? '') - clock.now();
  expect(lasts).toBeGreaterThan(800_000);
  expect(lasts).toBeLessThanOrEqual(900_000);
  return waiting.code ?? '';
}

async function sendOne(sandbox: Sandbox, port: number): Promise<void> {
  await using talk = await SmtpTalk.open(port);
  await talk.say('EHLO scanner.contoso.com');
  const content = sampleContent('By a person', 'ann@fabrikam.com');
  const reply = await talk.send({ from: sandbox.submission.mailbox, to: ['ann@fabrikam.com'], content });
  expect(reply.code).toBe(250);
}

test('code, wait, done: and mail goes in that name', async () => {
  const world = await start();
  const { sandbox, relay, ask } = world;
  expect(await ask('connectorSignIn', graph)).toEqual({ state: 'none' });
  const code = await begun(world);
  expect(await ask('connectorSignIn', graph)).toMatchObject({ state: 'waiting', code });
  expect(sandbox.identity.approveDevice(code, sandbox.submission.mailbox)).toBe(true);
  const done = await ended(world);
  expect(done).toMatchObject({ state: 'done', who: 'relay@contoso.com', kept: { refused: false } });
  expect(JSON.stringify(done)).not.toMatch(/token/i);
  await sendOne(sandbox, relay.port);
  const arrival = await sandbox.waitFor(() => true, AbortSignal.timeout(60_000));
  expect(arrival.route).toBe('graph');
});

test('the person refuses', async () => {
  const world = await start();
  const { sandbox } = world;
  expect(sandbox.identity.refuseDevice(await begun(world))).toBe(true);
  const failed = await ended(world);
  expect(failed).toMatchObject({ state: 'failed', text: expect.stringContaining('authorization_declined') });
  expect(failed.kept).toBeUndefined();
});

test('the code ends; another one works', async () => {
  const clock = new ManualClock(Date.now());
  const world = await start({ clock });
  const { sandbox } = world;
  await begun(world);
  clock.advance(901_000);
  expect(await ended(world)).toMatchObject({ state: 'failed', text: expect.stringContaining('expired') });
  const again = await begun(world);
  expect(sandbox.identity.approveDevice(again, sandbox.submission.mailbox)).toBe(true);
  expect(await ended(world)).toMatchObject({ state: 'done' });
});

test('a connector that takes no sign-in, and one that is not there', async () => {
  const { ask } = await start();
  const host = await ask.raw('beginConnectorSignIn', { params: { name: 'host' } });
  expect(host).toMatchObject({ status: 409, body: { detail: expect.stringContaining('takes no sign-in') } });
  expect((await ask.raw('beginConnectorSignIn', { params: { name: 'nobody' } })).status).toBe(404);
});
