/** 432: the mailbox takes no more in this minute, whoever used it up. What shares the mailbox waits as well. */
import { describe, expect, test } from 'vitest';
import { judgeFailure } from '../connector/judged-connector.ts';
import type { RecipientOutcome, Stage } from '../message/outcome.ts';
import { formatReply } from '../message/reply.ts';
import { testFailure, testReply } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import type { ConnectorInput } from './testing/test-relay.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const second = 1_000;
const minute = 60 * second;
const tenant = { domain: 'contoso.com', acceptedDomains: ['contoso.com'] };
const password = { type: 'password', username: 'relay@contoso.com', password: 'test-password' };
const oauth = {
  type: 'oauth',
  tenantId: 'contoso.com',
  clientId: '11111111-1111-1111-1111-111111111111',
  secret: 'test-secret',
};

const submission: ConnectorInput = {
  name: 'submission',
  route: { type: 'smtp-submission', mailbox: 'relay@contoso.com', credential: password },
  tls: 'required',
  retry: { initial: '10s', maximum: '1m' },
};
const graphOf = (mailbox: string): ConnectorInput => ({
  name: 'graph',
  route: { type: 'graph', mailbox, credential: oauth },
  tls: 'required',
  addressSpaces: [{ pattern: 'example.net' }],
});

function said(stage: Stage, text: string): RecipientOutcome {
  const reply = testReply(432, '4.3.2', text);
  const failure = testFailure({ stage, reply, text: `refused: ${formatReply(reply)}` });
  return { kind: 'failed', failure: judgeFailure(failure, 'submission') };
}

const threads = said('content', 'STOREDRV.ClientSubmit; sender thread limit exceeded');
const connections = said('mail', 'Concurrent connections limit exceeded.');
const otherWords = said('content', 'Slow down');

async function refusedOnce(
  refusal: RecipientOutcome,
  graph = graphOf('relay@contoso.com'),
): Promise<TestRelay> {
  const relay = await TestRelay.start();
  relay.policy.replace(testPolicy([submission, graph], 2, tenant));
  relay.script = () => refusal;
  await relay.send({ recipients: ['user@example.org'] });
  await relay.run();
  relay.script = () => relayed;
  await relay.send({ recipients: ['user@example.net'] });
  await relay.run(second);
  return relay;
}

const minuteOf = (relay: TestRelay, name: string): unknown =>
  relay.delivery
    .status()
    .connectors.find((one) => one.name === name)
    ?.quotas.find(({ quota }) => quota === 'messages a minute of mailbox relay@contoso.com');

describe('the minute of the mailbox', () => {
  test.each([
    ['the sender’s threads', threads],
    ['too much in other words', otherWords],
  ])('is closed for every connector of it by %s, with reason and end', async (_words, refusal) => {
    const relay = await refusedOnce(refusal);
    expect(await relay.kinds('M2')).toEqual(['pending']);
    for (const name of ['submission', 'graph']) {
      expect(minuteOf(relay, name)).toMatchObject({ free: 0, said: expect.stringContaining('432 4.3.2') });
    }
    await relay.run(2 * minute);
    expect([await relay.kinds('M1'), await relay.kinds('M2')]).toEqual([['relayed'], ['relayed']]);
    expect(minuteOf(relay, 'graph')).not.toHaveProperty('said');
    await relay.end();
  });

  test('stays open for another mailbox', async () => {
    const relay = await refusedOnce(threads, graphOf('second@contoso.com'));
    expect(await relay.kinds('M2')).toEqual(['relayed']);
    await relay.end();
  });

  test('stays open where only connections are too many', async () => {
    const relay = await refusedOnce(connections);
    expect(await relay.kinds('M2')).toEqual(['relayed']);
    expect(minuteOf(relay, 'submission')).not.toHaveProperty('said');
    await relay.end();
  });

  test('is asked again at longer and longer pauses, by one message each, and nothing is returned', async () => {
    const relay = await refusedOnce(threads);
    relay.script = () => threads;
    for (let count = 0; count < 20; count += 1) await relay.send({ recipients: ['user@example.net'] });
    await relay.run(10 * minute);
    const times = relay.made.flatMap(({ attempts }) => attempts).length;
    // 5, 10, 20 … 300 seconds: 8 in ten minutes, and the first one.
    expect(times).toBeGreaterThan(4);
    expect(times).toBeLessThanOrEqual(10);
    relay.script = () => relayed;
    await relay.run(12 * minute);
    for (let count = 1; count <= 22; count += 1) expect(await relay.kinds(`M${count}`)).toEqual(['relayed']);
    await relay.end();
  });
});
