/** The whole relay between a client and next hops that make trouble. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { NextHop } from '../harness/next-hop.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { runCommand, startProcess } from '../harness/child.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const sender = 'scanner@contoso.com';

async function send(port: number, to: readonly string[], subject = 'test'): Promise<void> {
  await using talk = await SmtpTalk.open(port);
  await talk.say('EHLO client.example');
  const answer = await talk.send({ from: sender, to, content: sampleContent(subject) });
  expect(answer.code).toBe(250);
}

/** For how many messages `settled` has said this. */
function settled(relay: TestRelay, result: string): number {
  return relay.events.list.filter((event) => event.kind === 'settled' && event.result === result).length;
}

const notices = (nextHop: NextHop) => nextHop.mails.filter(({ from }) => from === '');

describe('recipients of one message', () => {
  test('taken, deferred and refused: one notice, one retry, nothing twice (D29)', async () => {
    let deferred = 0;
    await using nextHop = await startNextHop({
      refuse(recipient) {
        if (recipient.startsWith('gone@')) return { code: 550, text: '5.1.1 no such user' };
        if (recipient.startsWith('later@') && deferred++ === 0) return { code: 450, text: '4.2.1 later' };
        return undefined;
      },
    });
    await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
    await send(relay.port, ['there@fabrikam.example', 'later@fabrikam.example', 'gone@fabrikam.example']);
    await relay.event('settled', ({ result }) => result === 'mixed');
    const mails = await nextHop.arrived(3);
    expect(mails.filter(({ from }) => from === sender).map(({ to }) => to)).toEqual([
      ['there@fabrikam.example'],
      ['later@fabrikam.example'],
    ]);
    expect(notices(nextHop).map(({ to }) => to)).toEqual([[sender]]);
    expect(notices(nextHop)[0]?.content.toString()).toContain(
      'Final-Recipient: rfc822; gone@fabrikam.example',
    );
  });

  test('more than the next hop takes at a time go with further transactions at once', async () => {
    let inTransaction = 0;
    await using nextHop = await startNextHop({
      refuse: () => (++inTransaction > 3 ? { code: 452, text: '4.5.3 too many recipients' } : undefined),
      onMail: () => (inTransaction = 0),
    });
    await using relay = await startTestRelay({
      policy: loopbackPolicy(nextHop.port, {
        connector: { limits: { connections: 1 }, retry: { initial: '1h', maximum: '1h' } },
      }),
    });
    await send(
      relay.port,
      Array.from({ length: 10 }, (_, number) => `r${number}@fabrikam.example`),
    );
    const mails = await nextHop.arrived(4);
    expect(mails.map(({ to }) => to.length)).toEqual([3, 3, 3, 1]);
    await relay.event('settled', ({ result }) => result === 'relayed');
  });

  test('a notice that is refused makes no further notice', async () => {
    await using nextHop = await startNextHop({ refuse: () => ({ code: 550, text: '5.1.1 nobody here' }) });
    await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
    await send(relay.port, ['gone@fabrikam.example']);
    await expect.poll(() => settled(relay, 'failed')).toBe(2);
    expect(relay.events.counts()['notice']).toBe(1);
    expect(nextHop.mails).toEqual([]);
  });
});

describe('the way', () => {
  test('100 messages that wait for a dead next hop take a changed policy at once (D24)', async () => {
    await using nextHop = await startNextHop();
    const slow = { retry: { initial: '1h', maximum: '1h' } };
    await using relay = await startTestRelay({ policy: loopbackPolicy(1, { connector: slow }) });
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    for (let count = 0; count < 100; count++) {
      await talk.send({ from: sender, to: ['a@fabrikam.example'], content: sampleContent(`n${count}`) });
    }
    await relay.event('connector-suspended');
    await relay.workspace.write('policy.yaml', stringify(loopbackPolicy(nextHop.port, { connector: slow })));
    await relay.relay.reloadPolicy();
    expect(new Set((await nextHop.arrived(100)).map(({ content }) => content.toString())).size).toBe(100);
  });

  test('an operator’s suspension is kept over kill -9, and ends by resume', async () => {
    await using nextHop = await startNextHop();
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(nextHop.port) });
    const connector = (...words: readonly string[]) =>
      runCommand(['connector', ...words, '--config', workspace.configFile]);
    {
      await using first = await startProcess(workspace.configFile);
      expect(await connector('suspend', 'next-hop', '--reason', 'maintenance')).toMatchObject({ code: 0 });
      first.process.kill('SIGKILL');
      await first.exit;
    }
    await using relay = await startProcess(workspace.configFile);
    await send(relay.port, ['a@fabrikam.example']);
    expect((await connector('list')).stdout).toContain('maintenance');
    expect(nextHop.mails).toEqual([]);
    expect(await connector('resume', 'next-hop')).toMatchObject({ code: 0 });
    await nextHop.arrived(1);
  });

  test('a relay that is its own next hop stops at the first round, and tells the sender once', async () => {
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
    await using relay = await startTestRelay({ workspace });
    await workspace.write(
      'policy.yaml',
      stringify(loopbackPolicy(relay.port, { source: { nullSender: true } })),
    );
    await relay.relay.reloadPolicy();
    await send(relay.port, ['a@fabrikam.example']);
    // The message, and the notice about it, each refused by its own listener.
    await expect.poll(() => settled(relay, 'failed')).toBe(2);
    expect(relay.events.counts()).toMatchObject({ accepted: 1, notice: 1, attempted: 2 });
  });
});
