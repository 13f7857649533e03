import { expect, it } from 'vitest';
import type { ConnectorEnvironment } from '../environment.ts';
import type { Connector } from '../connector.ts';
import { createConnector } from '../create.ts';
import { never, testConfig, testDelivery, testEnvironment } from '../testing/delivery.ts';
import { fakeDns } from '../testing/fake-dns.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';

function mxConnector(port: number, environment: Partial<ConnectorEnvironment>): Connector {
  return createConnector(
    testConfig({ route: { type: 'mx', port }, tls: 'off' }),
    testEnvironment({ isOwnAddress: () => false, ...environment }),
  );
}

it('delivers each domain to its own hosts, and reports each recipient', async () => {
  await using hop = await FakeNextHop.start();
  const dns = fakeDns({
    'one.test': { mx: [[10, 'mx.one.test']] },
    'mx.one.test': { addresses: ['127.0.0.1'] },
    'two.test': { addresses: ['127.0.0.1'] },
    'null.test': { mx: [[0, '.']] },
    'ill.test': { mxAnswer: 'failed' },
  });
  await using connector = mxConnector(hop.port, { dns });
  const to = ['a@one.test', 'b@two.test', 'c@ONE.test', 'd@null.test', 'e@ill.test', 'f@gone.test'];
  const { recipients } = await connector.attempt(testDelivery({ to }), never);
  expect(recipients).toMatchObject([
    { kind: 'relayed' },
    { kind: 'relayed' },
    { kind: 'relayed' },
    {
      kind: 'failed',
      failure: { permanence: 'permanent', scope: 'recipient', code: 'null-mx', status: '5.1.10' },
    },
    {
      kind: 'failed',
      failure: { permanence: 'transient', scope: 'destination', code: 'dns-failed', stage: 'resolve' },
    },
    {
      kind: 'failed',
      failure: { permanence: 'permanent', scope: 'recipient', code: 'domain-not-found', status: '5.1.2' },
    },
  ]);
  expect(hop.messages.map(({ recipients: each }) => each.length).toSorted((a, b) => a - b)).toEqual([1, 2]);
});

it('asks DNS when it opens a connection, not for each message', async () => {
  await using hop = await FakeNextHop.start();
  const dns = fakeDns({
    'one.test': { mx: [[10, 'mx.one.test']] },
    'mx.one.test': { addresses: ['127.0.0.1'] },
  });
  await using connector = mxConnector(hop.port, { dns });
  for (let count = 0; count < 5; count += 1)
    await connector.attempt(testDelivery({ to: ['a@one.test'] }), never);
  expect(dns.asked).toEqual(['MX one.test', 'A mx.one.test']);
});

it('closes an idle connection of one domain when another needs the place', async () => {
  await using hop = await FakeNextHop.start();
  const dns = fakeDns({ 'one.test': { addresses: ['127.0.0.1'] }, 'two.test': { addresses: ['127.0.0.1'] } });
  await using connector = createConnector(
    testConfig({ route: { type: 'mx', port: hop.port }, tls: 'off', limits: { connections: 1 } }),
    testEnvironment({ dns, isOwnAddress: () => false }),
  );
  const outcome = await connector.attempt(testDelivery({ to: ['a@one.test', 'b@two.test'] }), never);
  expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }, { kind: 'relayed' }]);
  expect(hop.connections).toBe(2);
  expect(hop.said('QUIT')).toHaveLength(1);
});

it('tries the next mail host when the first does not answer', async () => {
  await using hop = await FakeNextHop.start();
  // Nothing listens on this loopback address: the second mail host alone is up.
  const dns = fakeDns({
    'one.test': {
      mx: [
        [1, 'down.test'],
        [2, 'up.test'],
      ],
    },
    'down.test': { addresses: ['127.0.0.9'] },
    'up.test': { addresses: ['127.0.0.1'] },
  });
  await using connector = mxConnector(hop.port, { dns });
  const outcome = await connector.attempt(testDelivery({ to: ['a@one.test'] }), never);
  expect(outcome).toMatchObject({ host: `up.test:${hop.port}`, recipients: [{ kind: 'relayed' }] });
});

it('never delivers to this machine', async () => {
  await using hop = await FakeNextHop.start();
  const dns = fakeDns({
    'evil.test': { mx: [[1, 'localhost.test']] },
    'localhost.test': { addresses: ['127.0.0.1'] },
  });
  await using connector = createConnector(
    testConfig({ route: { type: 'mx', port: hop.port }, tls: 'off' }),
    testEnvironment({ dns }),
  );
  const outcome = await connector.attempt(testDelivery({ to: ['a@evil.test'] }), never);
  expect(outcome.recipients).toMatchObject([
    { kind: 'failed', failure: { permanence: 'permanent', status: '5.4.6' } },
  ]);
  expect(hop.connections).toBe(0);
});

it('does not take REQUIRETLS mail, since its next hop is not proven (RFC 8689 4.2.1)', async () => {
  const dns = fakeDns({});
  await using connector = mxConnector(25, { dns });
  const delivery = testDelivery({ envelope: { requireTls: true } });
  const outcome = await connector.attempt(delivery, never);
  expect(outcome.recipients).toMatchObject([
    { kind: 'failed', failure: { status: '5.7.30', permanence: 'permanent' } },
  ]);
  expect(dns.asked).toEqual([]);
});
