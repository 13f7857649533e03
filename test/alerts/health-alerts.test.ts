/** Rules about the relay's own health: each opens by its real cause, tells once, and closes when the cause is over. */
import type { Server } from 'node:net';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { diskWith } from '../harness/disk-with.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import type { World } from './alert-world.ts';
import { startWorld } from './alert-world.ts';

const minute = 60_000;
const gib = 2 ** 30;

const check = async (world: World, wanted: string) =>
  (await world.ask('healthChecks')).checks.find(({ id }) => id === wanted);

test('a disk below minimumFree: the store is unwell and the disk is low, until there is room', async () => {
  await using hop = await startNextHop();
  const disk = diskWith(50);
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port),
    node: { minimumFree: '1 GiB' },
  });
  await world.pass(2 * minute);
  expect(world.hook.heard).toEqual([]);
  disk.free = 0.5 * gib;
  await world.until(
    () => world.told('disk-low').length > 0 && world.told('store-unhealthy').length > 0,
    5 * minute,
  );
  const severities = world.hook.heard.map(({ body }) => `${body.rule} ${body.severity}`).toSorted();
  expect(severities).toEqual(['disk-low critical', 'store-unhealthy critical']);
  disk.free = 50 * gib;
  await world.until(
    () => world.told('disk-low').length > 1 && world.told('store-unhealthy').length > 1,
    20 * minute,
  );
  expect(world.told('store-unhealthy')).toEqual(['opened', 'closed']);
  expect(world.told('disk-low')).toEqual(['opened', 'closed']);
  expect((await world.ask('status')).accepting).toBe(true);
});

test('a listener behind a load balancer is asked with a PROXY header, and one with implicit TLS by TLS', async () => {
  await using hop = await startNextHop();
  const more = (name: string, change: object) => ({ name, address: '127.0.0.1', port: 0, ...change });
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port),
    node: {
      listeners: [
        more('balanced', { tls: 'starttls', proxyProtocol: ['127.0.0.0/8'] }),
        more('balanced-tls', { tls: 'implicit', proxyProtocol: ['127.0.0.1/32'] }),
        more('implicit', { tls: 'implicit' }),
      ],
    },
  });
  await world.pass(2 * minute);
  for (const name of ['balanced', 'balanced-tls', 'implicit'])
    expect(await check(world, `listener:${name}`)).toMatchObject({ state: 'ok' });
});

/** The socket that listens on a port of this process. */
function serverAt(port: number): Server {
  const handles = (process as unknown as { _getActiveHandles(): readonly object[] })._getActiveHandles();
  const found = handles.find((handle) => {
    const address = (handle as Partial<Server>).address?.();
    return (handle as Partial<Server>).listening === true && (address as { port?: number })?.port === port;
  });
  if (!found) throw new Error(`nothing listens on ${port}`);
  return found as Server;
}

test('a listener whose socket is gone, until it listens again', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({ policy: loopbackPolicy(hop.port) });
  await world.pass(2 * minute);
  const server = serverAt(world.relay.port);
  await new Promise((resolve) => server.close(resolve));
  await world.until(() => world.told('listener-down').length > 0, 10 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'listener-down');
  expect(heard?.body).toMatchObject({ subject: 'devices', severity: 'critical' });
  expect(await check(world, 'listener:devices')).toMatchObject({ state: 'fail' });
  expect((await world.ask.raw('ready')).status).toBe(503);
  await new Promise<void>((resolve) => server.listen(world.relay.port, '127.0.0.1', resolve));
  await world.until(() => world.told('listener-down').length > 1, 10 * minute);
  expect(world.told('listener-down')).toEqual(['opened', 'closed']);
});

test('an event loop that is held up for seconds, until it is free again', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port),
    alerts: { rules: { 'relay-unwell': { after: '15s' } } },
  });
  let heldAt = 0;
  const hold = async (): Promise<void> => {
    const end = performance.now() + 2_300;
    while (performance.now() < end);
    heldAt = performance.now();
    // Timers run in order of their time, so the monitor's, which is late, has seen it before the next look reads it.
    await new Promise((resolve) => setTimeout(resolve));
  };
  // Each look sees a hold: two looks between two holds would find the loop free, and `after` would begin anew.
  const lookedAt = async (): Promise<string | undefined> => (await check(world, 'event-loop'))?.checkedAt;
  for (let look = 0; world.told('relay-unwell').length === 0; look += 1) {
    expect(look, 'looks until it was told').toBeLessThan(40);
    await hold();
    const before = await lookedAt();
    await world.until(async () => {
      if ((await lookedAt()) !== before) return true;
      // On a busy machine a look comes late, and a hold of long ago is no longer the worst hundredth of 50 ms each.
      if (performance.now() - heldAt > 1_000) await hold();
      return false;
    }, 5 * minute);
  }
  const heard = world.hook.heard.find(({ body }) => body.rule === 'relay-unwell');
  expect(heard?.body).toMatchObject({ subject: 'event-loop', severity: 'warning' });
  await world.until(() => world.told('relay-unwell').length > 1, 20 * minute);
  expect(world.told('relay-unwell')).toEqual(['opened', 'closed']);
});

test('a secret that ends, until its new end is written down', async () => {
  await using hop = await startNextHop();
  const policy = (secretExpires: string) =>
    loopbackPolicy(hop.port, {
      connector: {
        route: {
          type: 'smart-host',
          hosts: [`127.0.0.1:${hop.port}`],
          login: { username: 'relay', password: 'test value', secretExpires },
        },
      },
    });
  await using world = await startWorld({ policy: policy('2026-11-24') });
  await world.until(() => world.told('expiring').length > 0, 5 * minute);
  await world.relay.workspace.write('policy.yaml', stringify(policy('2027-11-24')));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('expiring').length > 1, 5 * minute);
  expect(world.told('expiring')).toEqual(['opened', 'closed']);
});
