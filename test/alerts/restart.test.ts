/** A restart is no reason to call something over, nor to tell it again. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';
import { startHook, startWorld } from './alert-world.ts';

const minute = 60_000;

const retry = { initial: '20s', maximum: '1m' };

const hookOf = (url: string) => ({
  alerts: { channels: [{ name: 'hook', type: 'webhook', url, reach: 'loopback' }] },
});

test('a connector that failed before a restart stays an open alert until it has worked, and is told once', async () => {
  const dead = await startNextHop();
  const { port } = dead;
  await dead[Symbol.asyncDispose]();
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
}, 180_000);

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
}, 180_000);
