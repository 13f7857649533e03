/** Each rule about mail is made to fire by its real cause, tells once, and clears. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { startWorld } from './alert-world.ts';

const minute = 60_000;
const hour = 60 * minute;

const blocked = (port: number) =>
  loopbackPolicy(port, { connector: { retry: { initial: '20s', maximum: '1m' } } });

test('with every connector blocked the webhook fires within two minutes, once, and again when it is over', async () => {
  const port = await quietPort();
  await using world = await startWorld({ policy: blocked(port) });
  const begin = world.clock.now();
  await world.send(5);
  await world.until(() => world.told('connector-suspended').length > 0, 5 * minute);
  const [heard] = world.hook.heard.filter(({ body }) => body.rule === 'connector-suspended');
  expect(heard?.at).toBeLessThanOrEqual(begin + 2 * minute);
  expect(heard?.body).toMatchObject({
    word: 'opened',
    state: 'open',
    severity: 'critical',
    connector: 'next-hop',
  });
  await world.pass(10 * minute);
  expect(world.told('connector-suspended')).toEqual(['opened']);
  await using _ = await startNextHop({ port });
  await world.until(() => world.told('connector-suspended').length > 1, 20 * minute);
  expect(world.told('connector-suspended')).toEqual(['opened', 'closed']);
  expect((await world.ask('alerts')).items).toEqual([]);
});

test('mail that waits too long, and not mail that is held', async () => {
  const state = { isBusy: true };
  await using hop = await startNextHop({
    refuse: () => (state.isBusy ? { code: 451, text: '4.3.0 busy' } : undefined),
  });
  const policy = loopbackPolicy(hop.port, { connector: { retry: { initial: '1m', maximum: '1m' } } });
  await using world = await startWorld({ policy });
  await world.send();
  await world.until(() => world.told('queue-age').length > 0, hour);
  const opened = world.hook.heard.find(({ body }) => body.rule === 'queue-age');
  // A look whose real I/O takes long sees a later moment of the clock.
  expect(opened?.body.text).toMatch(/^1 message waits, the oldest for 3[0-9] minutes$/);
  const { items } = await world.ask('messages', { query: { state: 'active' } });
  await world.ask('hold', { params: { id: items[0]?.id ?? '' } });
  await world.until(() => world.told('queue-age').length > 1, 10 * minute);
  expect(world.told('queue-age')).toEqual(['opened', 'closed']);
});

test('much mail fails: told once, and over when the hour is over', async () => {
  await using hop = await startNextHop({
    refuse: (to) => (to.startsWith('gone') ? { code: 550, text: '5.1.1 unknown' } : undefined),
  });
  await using world = await startWorld({ policy: loopbackPolicy(hop.port) });
  await world.send(10);
  await world.send(19, 'gone@fabrikam.example');
  await world.settled(
    () =>
      world.relay.events.list.filter((event) => event.kind === 'settled' && event.source !== undefined)
        .length === 29,
  );
  await world.until(() => world.told('failure-rate').length > 0, 5 * minute);
  const [heard] = world.hook.heard.filter(({ body }) => body.rule === 'failure-rate');
  expect(heard?.body).toMatchObject({ severity: 'critical' });
  await world.until(() => world.told('failure-rate').length > 1, 2 * hour);
  expect(world.told('failure-rate')).toEqual(['opened', 'closed']);
});

test('an operator who suspends a connector is reminded by a warning', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({ policy: loopbackPolicy(hop.port) });
  await world.send();
  await hop.arrived(1);
  await world.ask('suspend', { params: { name: 'next-hop' }, body: { reason: 'maintenance' } });
  await world.until(() => world.told('connector-suspended').length > 0, 5 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'connector-suspended');
  expect(heard?.body).toMatchObject({ severity: 'warning' });
  expect(heard?.body.text).toContain('maintenance');
  await world.ask('resume', { params: { name: 'next-hop' } });
  await world.until(() => world.told('connector-suspended').length > 1, 10 * minute);
  expect(world.told('connector-suspended')).toEqual(['opened', 'closed']);
});

test('a connector that lacks TLS it must have needs attention at its first failure', async () => {
  await using plain = await startNextHop();
  const policy = loopbackPolicy(plain.port, {
    connector: { tls: 'required', retry: { initial: '30s', maximum: '1m' } },
  });
  await using world = await startWorld({ policy });
  await world.send();
  await world.until(() => world.told('connector-trouble').length > 0, 2 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'connector-trouble');
  expect(heard?.body).toMatchObject({ severity: 'critical', connector: 'next-hop' });
  const changed = loopbackPolicy(plain.port, {
    connector: { tls: 'off', retry: { initial: '30s', maximum: '1m' } },
  });
  const { stringify } = await import('yaml');
  await world.relay.workspace.write('policy.yaml', stringify(changed));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('connector-trouble').length > 1, 20 * minute);
  expect(world.told('connector-trouble')).toEqual(['opened', 'closed']);
});

test('a quota of the tenant that is nearly used, until there is more of it', async () => {
  const authority = await createTestAuthority();
  const { certificate, key } = await authority.issue({ names: ['localhost'], addresses: ['127.0.0.1'] });
  await using hop = await startNextHop({ cert: certificate, key });
  const directory = await mkdtemp(join(tmpdir(), 'quota-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const ca = join(directory, 'ca.pem');
  await writeFile(ca, authority.certificate);
  const policy = (externalRecipientsPerDay: number) =>
    loopbackPolicy(hop.port, {
      connector: {
        tls: 'required',
        ca,
        route: { type: 'exchange-online', host: 'localhost', port: hop.port },
        limits: { externalRecipientsPerDay },
      },
    });
  await using world = await startWorld({ policy: policy(10) });
  await world.send(7);
  await hop.arrived(7);
  await world.pass(2 * minute);
  expect(world.told('quota-low')).toEqual([]);
  await world.send(1);
  await hop.arrived(8);
  await world.until(() => world.told('quota-low').length > 0, 5 * minute);
  const heard = world.hook.heard.find(({ body }) => body.rule === 'quota-low');
  expect(heard?.body).toMatchObject({ severity: 'warning', connector: 'next-hop' });
  expect(heard?.body.text).toMatch(/^8 of 10 /);
  await world.pass(5 * minute);
  expect(world.told('quota-low')).toEqual(['opened']);
  const { stringify } = await import('yaml');
  await world.relay.workspace.write('policy.yaml', stringify(policy(100)));
  await world.relay.relay.reloadPolicy();
  await world.until(() => world.told('quota-low').length > 1, 30 * minute);
  expect(world.told('quota-low')).toEqual(['opened', 'closed']);
});
