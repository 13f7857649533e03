/** A restart is no reason to call something over, nor to tell it again. */
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant, defaults } from '../../sandbox/tenant/defaults.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';
import type { World } from './alert-world.ts';
import { startHook, startWorld } from './alert-world.ts';

const minute = 60_000;

const retry = { initial: '20s', maximum: '1m' };

const hookOf = (url: string) => ({
  alerts: { channels: [{ name: 'hook', type: 'webhook', url, reach: 'loopback' }] },
});

test('a connector that failed before a restart stays an open alert until it has worked, and is told once', async () => {
  const port = await quietPort();
  await using hook = await startHook();
  const clock = new FakeClock();
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(port, { connector: { retry } }),
    node: hookOf(hook.url),
  });
  let id: string | undefined;
  {
    await using world = await startWorld({ workspace, hook, clock });
    await world.send(5);
    await world.until(() => world.told('connector-suspended').length > 0, 5 * minute);
    [id] = (await world.ask('alerts')).items.map((alert) => alert.id);
    // Nothing is left to send: after the restart nobody finds out by himself whether the next hop works.
    for (const { id: message } of (await world.ask('messages', { query: { state: 'active' } })).items)
      await world.ask('remove', { params: { id: message }, body: { notice: false } });
  }
  {
    await using world = await startWorld({ workspace, hook, clock });
    await world.pass(40 * minute);
    expect((await world.ask('alerts')).items.map((alert) => alert.id)).toEqual([id]);
    expect((await world.ask('connectors')).items[0]).not.toHaveProperty('suspended');
  }
  await using next = await startNextHop({ port });
  await using world = await startWorld({ workspace, hook, clock });
  await world.send();
  await next.arrived(1);
  await world.until(() => world.told('connector-suspended').length > 1, 10 * minute);
  expect(world.told('connector-suspended')).toEqual(['opened', 'closed']);
});

test('a fault of set-up that is met again after a restart is the same alert', async () => {
  await using plain = await startNextHop();
  await using hook = await startHook();
  const clock = new FakeClock();
  const policy = (tls: string) => loopbackPolicy(plain.port, { connector: { tls, retry } });
  await using workspace = await makeWorkspace({ policy: policy('required'), node: hookOf(hook.url) });
  {
    await using world = await startWorld({ workspace, hook, clock });
    await world.send();
    await world.until(() => world.told('connector-trouble').length > 0, 5 * minute);
  }
  await using world = await startWorld({ workspace, hook, clock });
  await world.until(
    () => world.relay.events.list.some(({ kind }) => kind === 'connector-trouble'),
    5 * minute,
  );
  await world.pass(5 * minute);
  expect(world.told('connector-trouble')).toEqual(['opened']);
  await world.relay.workspace.write('policy.yaml', stringify(policy('off')));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('connector-trouble').length > 1, 20 * minute);
  expect(world.told('connector-trouble')).toEqual(['opened', 'closed']);
});

test('after a restart a sender who may not send stays an open alert while others can, until he may', async () => {
  await using hook = await startHook();
  // TLS libraries read the clock of the machine, so simulated time begins there.
  const clock = new FakeClock(Date.now());
  const sendAs: string[] = [];
  const mailboxes = [{ address: defaults.mailbox, password: 'test value', sendAs }];
  const sandbox = await startSandbox({ tenants: [{ ...defaultTenant([]), mailboxes }], clock });
  onTestFinished(() => sandbox.stop());
  const { host, port, name: serverName } = sandbox.submission;
  const credential = { type: 'password', username: defaults.mailbox, password: 'test value' };
  const route = { type: 'smtp-submission', host, port, mailbox: defaults.mailbox, credential };
  await using workspace = await makeWorkspace({
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [{ name: 'erp', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
      connectors: [
        { name: 'out', ca: './ca.pem', serverName, route, retry: { initial: '20m', maximum: '20m' } },
      ],
    },
    node: hookOf(hook.url),
  });
  await workspace.write('ca.pem', sandbox.caPem);
  const boss = 'boss@contoso.com';
  const sendFrom = async (world: World, from: string): Promise<void> => {
    await using talk = await SmtpTalk.open(world.relay.port);
    await talk.say('EHLO erp.contoso.com');
    const content = sampleContent('Report').replace('scanner@contoso.com', from);
    await talk.send({ from, to: ['ann@fabrikam.example'], content });
  };
  const arrivedFrom = (from: string) => sandbox.messages().some((message) => message.from === from);
  {
    await using world = await startWorld({ workspace, hook, clock });
    await sendFrom(world, boss);
    await world.until(() => world.told('connector-trouble').length > 0, 5 * minute);
  }
  await using world = await startWorld({ workspace, hook, clock });
  await sendFrom(world, defaults.mailbox);
  await world.until(() => arrivedFrom(defaults.mailbox), 2 * minute);
  await world.pass(5 * minute);
  expect(world.told('connector-trouble')).toEqual(['opened']);
  const [open] = (await world.ask('alerts')).items;
  expect(open).toMatchObject({ rule: 'connector-trouble', subject: 'out' });
  sendAs.push(boss);
  await world.until(() => world.told('connector-trouble').length > 1, 60 * minute);
  expect(world.told('connector-trouble')).toEqual(['opened', 'closed']);
  expect(arrivedFrom(boss)).toBe(true);
});
