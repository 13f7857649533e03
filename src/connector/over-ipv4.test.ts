/**
 * "Support for anonymous inbound email over IPv6 in Microsoft 365" (Microsoft Learn): what comes over IPv6 may be refused with
 * 4.7.25, 4.7.26 or 5.2.1, and is taken over IPv4.
 */
import { expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import type { NetAddress } from '../platform/net.ts';
import { JudgedConnector } from './judged-connector.ts';
import { SmtpConnector } from './smtp/smtp-connector.ts';
import { never, testConfig, testDelivery, testEnvironment } from './testing/delivery.ts';
import type { NextHopOptions } from './testing/fake-next-hop.ts';
import { FakeNextHop } from './testing/fake-next-hop.ts';

const offers = ['PIPELINING', 'SIZE', '8BITMIME', 'ENHANCEDSTATUSCODES'];
const records: readonly NetAddress[] = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
];
const hour = 3_600_000;

interface Pair extends AsyncDisposable {
  readonly overIpv6: FakeNextHop;
  readonly overIpv4: FakeNextHop;
}

/** The same port of both loopback addresses. */
async function pairOf(options: NextHopOptions, forIpv4: NextHopOptions = { offers }): Promise<Pair> {
  for (let tries = 1; ; tries++) {
    const overIpv6 = await FakeNextHop.start(options, '::1');
    try {
      const overIpv4 = await FakeNextHop.start(forIpv4, '127.0.0.1', overIpv6.port);
      return {
        overIpv6,
        overIpv4,
        async [Symbol.asyncDispose]() {
          await overIpv6[Symbol.asyncDispose]();
          await overIpv4[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await overIpv6[Symbol.asyncDispose]();
      if (tries === 5) throw error;
    }
  }
}

function connectorTo(port: number, clock = new FakeClock(), addresses = records): JudgedConnector {
  const config = testConfig({ route: { type: 'smart-host', hosts: ['unused.example'] }, tls: 'off' });
  const target = {
    host: 'mx.example',
    port,
    resolve: () => Promise.resolve({ kind: 'records', records: addresses } as const),
  };
  const route = {
    scope: 'connector',
    keyFor: () => '',
    targets: () => Promise.resolve({ kind: 'targets', targets: [target] } as const),
    refusal: () => undefined,
  } as const;
  return new JudgedConnector(new SmtpConnector(config, testEnvironment({ clock }), route), 'mx');
}

function refusing(verb: string, reply: string): NextHopOptions {
  return { offers, on: (step) => (step.verb === verb ? reply : undefined) };
}

test.each([
  [
    'at RCPT',
    refusing(
      'RCPT',
      '450 4.7.25 Service unavailable, sending IPv6 address [::1] must have reverse DNS record.',
    ),
  ],
  [
    'after the content',
    refusing(
      'content',
      '450 4.7.26 Service unavailable, message sent over IPv6 [::1] must pass either SPF or DKIM validation.',
    ),
  ],
  [
    'for good',
    refusing('RCPT', '550 5.2.1 Service unavailable, [contoso.com] does not accept email over IPv6.'),
  ],
])('refused over IPv6 %s: taken over IPv4 within the same attempt', async (_, options) => {
  await using hops = await pairOf(options);
  const connector = connectorTo(hops.overIpv6.port);
  const { recipients } = await connector.attempt(testDelivery(), never);
  expect(recipients.map(({ kind }) => kind)).toEqual(['relayed']);
  expect([hops.overIpv6.messages.length, hops.overIpv4.messages.length]).toEqual([0, 1]);
  await connector[Symbol.asyncDispose]();
});

test('it is remembered for an hour, and IPv6 is tried again after it', async () => {
  const clock = new FakeClock();
  await using hops = await pairOf(refusing('RCPT', '450 4.7.25 must have reverse DNS record.'));
  const connector = connectorTo(hops.overIpv6.port, clock);
  for (let count = 0; count < 3; count++) await connector.attempt(testDelivery(), never);
  expect(hops.overIpv6.connections).toBe(1);
  expect(hops.overIpv4.messages).toHaveLength(3);
  await clock.advance(hour);
  await connector.attempt(testDelivery(), never);
  expect(hops.overIpv6.connections).toBe(2);
  expect(hops.overIpv4.messages).toHaveLength(4);
  await connector[Symbol.asyncDispose]();
});

test('only what was refused goes again: nobody gets it twice', async () => {
  await using hops = await pairOf({
    offers,
    on: ({ verb, line }) =>
      verb === 'RCPT' && line.includes('<off@')
        ? '550 5.2.1 [off.example] does not accept email over IPv6.'
        : undefined,
  });
  const connector = connectorTo(hops.overIpv6.port);
  const to = ['on@example.net', 'off@off.example'];
  const { recipients } = await connector.attempt(testDelivery({ to }), never);
  expect(recipients.map(({ kind }) => kind)).toEqual(['relayed', 'relayed']);
  expect(hops.overIpv6.messages.map((message) => message.recipients)).toEqual([['RCPT TO:<on@example.net>']]);
  expect(hops.overIpv4.messages.map((message) => message.recipients)).toEqual([
    ['RCPT TO:<off@off.example>'],
  ]);
  await connector[Symbol.asyncDispose]();
});

test('refused over IPv4 as well: it waits, and is not said again and again', async () => {
  const options = refusing('RCPT', '450 4.7.25 must have reverse DNS record.');
  const clock = new FakeClock();
  await using hops = await pairOf(options, options);
  const connector = connectorTo(hops.overIpv6.port, clock);
  for (let count = 0; count < 2; count++) {
    await clock.advance(1);
    const { recipients } = await connector.attempt(testDelivery(), never);
    expect(recipients).toMatchObject([
      { kind: 'failed', failure: { permanence: 'transient', code: 'ipv6-ptr' } },
    ]);
  }
  expect([hops.overIpv6.said('RCPT').length, hops.overIpv4.said('RCPT').length]).toEqual([1, 2]);
  await connector[Symbol.asyncDispose]();
});

test('a host without an IPv4 address is asked over IPv6 as before', async () => {
  await using hop = await FakeNextHop.start(
    refusing('RCPT', '450 4.7.25 must have reverse DNS record.'),
    '::1',
  );
  const clock = new FakeClock();
  const connector = connectorTo(hop.port, clock, records.slice(0, 1));
  for (let count = 0; count < 3; count++) {
    await clock.advance(1);
    const { recipients } = await connector.attempt(testDelivery(), never);
    expect(recipients).toMatchObject([{ kind: 'failed', failure: { permanence: 'transient' } }]);
  }
  expect(hop.said('RCPT')).toHaveLength(4);
  await connector[Symbol.asyncDispose]();
});
