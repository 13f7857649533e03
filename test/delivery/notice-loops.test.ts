/** Two relays, each of which takes the other for the way out: mail that goes round ends, and so do the notices about it. */
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

const changes = {
  source: { nullSender: true, senders: ['*'] },
  connector: { retry: { initial: '1s', maximum: '1s' } },
};

function startAt(hostname: string, nextHopPort: number): Promise<TestRelay> {
  return startTestRelay({ node: { hostname }, policy: loopbackPolicy(nextHopPort, changes) });
}

async function pointTo(relay: TestRelay, port: number): Promise<void> {
  await relay.workspace.write('policy.yaml', stringify(loopbackPolicy(port, changes)));
  await relay.relay.reloadPolicy();
}

const ends = (relay: TestRelay): string[] =>
  relay.events.list.flatMap((event) => (event.kind === 'settled' ? [event.result] : [])).toSorted();

test('a message and its notice go round once', async () => {
  await using first = await startAt('first.test.example', 1);
  await using second = await startAt('second.test.example', first.port);
  await pointTo(first, second.port);
  await using talk = await SmtpTalk.open(first.port);
  await talk.say('EHLO printer.example');
  const mail = { from: 'scanner@contoso.com', to: ['ann@fabrikam.example'], content: sampleContent('round') };
  expect((await talk.send(mail)).code).toBe(250);
  // To the second, which fails at the first and gives notice; the notice goes to the first, which fails at the second.
  await expect.poll(() => ends(first)).toEqual(['failed', 'relayed']);
  await expect.poll(() => ends(second)).toEqual(['failed', 'relayed']);
  expect(first.events.counts()).toMatchObject({ accepted: 2 });
  expect(first.events.counts()['notice']).toBeUndefined();
  expect(second.events.counts()).toMatchObject({ accepted: 1, notice: 1 });
  for (const { relay } of [first, second]) expect(await relay.queue.store.nextDue()).toBeUndefined();
});
