/** What connectors have learned from refusals outlasts a restart, and an operator can let one sender try again. */
import { expect, test } from 'vitest';
import { judgeFailure } from '../connector/judged-connector.ts';
import type { RecipientOutcome } from '../message/outcome.ts';
import { formatReply } from '../message/reply.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { testFailure, testReply } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const minute = 60_000;
const tenant = { domain: 'contoso.com', acceptedDomains: ['contoso.com'] };
const connector = {
  name: 'out',
  route: {
    type: 'smtp-submission',
    mailbox: 'relay@contoso.com',
    credential: { type: 'password', username: 'relay@contoso.com', password: 'test-password' },
  },
  tls: 'required',
  limits: { connections: 3 },
  retry: { initial: '30m', maximum: '1h' },
};

function said(code: number, enhanced: string, text: string, stage: 'content' | 'login'): RecipientOutcome {
  const reply = testReply(code, enhanced, text);
  const failure = testFailure({ stage, reply, text: `refused: ${formatReply(reply)}` });
  return { kind: 'failed', failure: judgeFailure(failure, 'submission') };
}

const denied = said(554, '5.2.252', 'SendAsDenied; relay@contoso.com not allowed to send as this', 'content');
/** "432 4.3.2 Concurrent connections limit exceeded". */
const tooMany = said(
  432,
  '4.3.2',
  'Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending',
  'login',
);

type Options = Parameters<typeof TestRelay.start>[0];
async function start(options: Options = {}): Promise<TestRelay> {
  const relay = await TestRelay.start(options);
  relay.policy.replace(testPolicy([connector], 2, tenant));
  return relay;
}

const statusOf = (relay: TestRelay) => relay.delivery.status().connectors[0];

async function withTwoDenied(options: Options = {}): Promise<TestRelay> {
  const relay = await start(options);
  relay.script = ({ envelope }) =>
    /^(?:boss|chief)@/.test(envelope.reversePath?.text ?? '') ? denied : relayed;
  for (const sender of ['boss@contoso.com', 'chief@contoso.com']) await relay.send({ sender });
  await relay.run();
  expect(statusOf(relay)?.senders.map(({ sender }) => sender)).toEqual([
    'boss@contoso.com',
    'chief@contoso.com',
  ]);
  return relay;
}

test('one sender is let go, and the others wait on', async () => {
  const relay = await withTwoDenied();
  relay.script = () => relayed;
  expect(await relay.delivery.resumeSender('out', 'Boss@contoso.com')).toBe(true);
  await relay.run(minute);
  expect(await relay.kinds('M1')).toEqual(['relayed']);
  expect(await relay.kinds('M2')).toEqual(['pending']);
  expect(statusOf(relay)?.senders).toMatchObject([{ sender: 'chief@contoso.com' }]);
  expect(relay.events.list).toContainEqual(
    expect.objectContaining({ kind: 'sender-resumed', connector: 'out', sender: 'boss@contoso.com' }),
  );
  await relay.end();
});

test('a sender who does not wait, and a connector that is none, are told so', async () => {
  const relay = await withTwoDenied();
  expect(await relay.delivery.resumeSender('out', 'scanner@contoso.com')).toBe(false);
  expect(await relay.delivery.resumeSender('none', 'boss@contoso.com')).toBe(false);
  await relay.end();
});

test('after a restart the senders still wait, without another refusal, and one that was let go does not', async () => {
  const store = createMemoryStore();
  const first = await withTwoDenied({ store });
  const before = statusOf(first)?.senders;
  await first.delivery.resumeSender('out', 'boss@contoso.com');
  await first.end();
  const relay = await start({ store, clock: first.clock });
  relay.script = () => relayed;
  const id = await relay.send({ id: 'later', sender: 'chief@contoso.com' });
  await relay.run(minute);
  expect(statusOf(relay)?.senders).toEqual(before?.slice(1));
  expect(await relay.kinds(id)).toEqual(['pending']);
  await relay.run(2 * 60 * minute);
  expect(await relay.kinds(id)).toEqual(['relayed']);
  await relay.end();
  const last = await start({ store, clock: first.clock });
  await last.run();
  expect(statusOf(last)?.senders).toEqual([]);
  await last.end();
});

test('after a restart no more connections are made than the next hop put up with', async () => {
  const store = createMemoryStore();
  const first = await start({ store });
  first.script = () => tooMany;
  await first.send();
  await first.run();
  const { connections } = statusOf(first) ?? {};
  expect(connections).toMatchObject({ now: 1, limit: 3 });
  await first.end();
  const relay = await start({ store, clock: first.clock });
  await relay.run(1);
  expect(statusOf(relay)?.connections).toEqual(connections);
  // One more for each five quiet minutes.
  await relay.run(11 * minute);
  expect(statusOf(relay)?.connections).toMatchObject({ now: 3 });
  await relay.end();
});
