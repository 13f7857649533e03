import { describe, expect, test } from 'vitest';
import type { Failure, RecipientOutcome } from '../message/outcome.ts';
import { testFailure, unreachable } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const minute = 60_000;

const fault = (change: Partial<Failure>): RecipientOutcome => ({
  kind: 'failed',
  failure: testFailure({ scope: 'connector', status: '4.7.0', text: 'put it right', ...change }),
});
const wrongPassword = fault({ stage: 'login', code: 'login-refused' });
const wrongName = fault({ stage: 'tls', code: 'tls-name-mismatch' });
const denied = fault({ stage: 'rcpt', code: 'relay-denied', aboutTheWay: true });

/** What was told of troubles: the fault, or `over`. */
function told(relay: TestRelay): string[] {
  return relay.events.list.flatMap((event) => {
    if (event.kind === 'connector-trouble') return [event.code];
    return event.kind === 'connector-trouble-over' ? [`${event.code} is over`] : [];
  });
}

async function attempt(relay: TestRelay, outcome: RecipientOutcome, recipient?: string): Promise<void> {
  relay.script = () => outcome;
  await relay.send(recipient === undefined ? {} : { recipients: [recipient] });
  await relay.run();
}

describe('a fault of set-up', () => {
  test.each([
    ['login', wrongPassword],
    ['certificate', wrongName],
    ['permission', denied],
    ['login asked for', fault({ stage: 'mail', code: 'authentication-required' })],
    ['client certificate, told late', fault({ stage: 'mail', code: 'tls-client-certificate-refused' })],
  ])('is told at its first failure, before anything is suspended: %s', async (_, outcome) => {
    const relay = await TestRelay.start();
    await attempt(relay, outcome);
    const code = outcome.kind === 'failed' ? outcome.failure.code : '';
    expect(relay.events.list.filter(({ kind }) => kind.startsWith('connector-'))).toEqual([
      expect.objectContaining({
        kind: 'connector-trouble',
        connector: 'smart',
        host: 'smart.example:25',
        code,
        text: 'put it right',
      }),
    ]);
    await relay.end();
  });

  test('is told once until it is another one or is over', async () => {
    const relay = await TestRelay.start();
    await attempt(relay, wrongPassword);
    await attempt(relay, wrongPassword);
    await attempt(relay, wrongName);
    relay.script = () => relayed;
    await relay.run(60 * minute);
    expect(told(relay)).toEqual(['login-refused', 'tls-name-mismatch', 'tls-name-mismatch is over']);
    await attempt(relay, wrongName);
    expect(told(relay).at(-1)).toBe('tls-name-mismatch');
    await relay.end();
  });

  test('that comes and goes with each message is not told with each message', async () => {
    const relay = await TestRelay.start();
    for (let count = 0; count < 20; count += 1) {
      await attempt(relay, denied);
      await attempt(relay, relayed);
    }
    expect(told(relay)).toEqual(['relay-denied', 'relay-denied is over']);
    await relay.end();
  });

  test('is over after a change of the configuration, too', async () => {
    const relay = await TestRelay.start();
    await attempt(relay, wrongPassword);
    relay.script = () => relayed;
    relay.policy.replace(testPolicy([{ name: 'smart', heloName: 'other.example' }], 2));
    await relay.run(60 * minute);
    expect(told(relay)).toEqual(['login-refused', 'login-refused is over']);
    await relay.end();
  });

  test('behind mx is that of one domain', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'direct', route: { type: 'mx' } }] });
    const wrong = fault({ scope: 'destination', stage: 'tls', code: 'tls-name-mismatch' });
    await attempt(relay, wrong, 'a@one.example');
    await attempt(relay, relayed, 'a@two.example');
    await attempt(relay, wrong, 'a@three.example');
    const troubles = relay.events.list.filter(({ kind }) => kind.startsWith('connector-trouble'));
    expect(troubles).toEqual([
      expect.objectContaining({ kind: 'connector-trouble', destination: 'one.example' }),
      expect.objectContaining({ kind: 'connector-trouble', destination: 'three.example' }),
    ]);
    await relay.end();
  });
});

describe('a fault of one domain behind mx', () => {
  const connectors = [{ name: 'direct', route: { type: 'mx' } }];
  const wrong = fault({ scope: 'destination', stage: 'tls', code: 'tls-name-mismatch' });
  const troublesOf = (relay: TestRelay) =>
    relay.events.list.flatMap((event) =>
      event.kind === 'connector-trouble' || event.kind === 'connector-trouble-over'
        ? [[event.kind, event.destination]]
        : [],
    );

  async function restarted(waitMs = 0): Promise<TestRelay> {
    const before = await TestRelay.start({ connectors });
    await attempt(before, wrong, 'a@one.example');
    await attempt(before, wrong, 'a@three.example');
    await attempt(before, relayed, 'b@three.example');
    await before.end();
    await before.clock.advance(waitMs);
    return TestRelay.start({ connectors, store: before.store, clock: before.clock });
  }

  test('is told again after a restart and is over with mail to this domain, not with mail to another', async () => {
    const relay = await restarted();
    relay.script = () => relayed;
    await relay.send({ id: 'other', recipients: ['a@two.example'] });
    await relay.run();
    expect(await relay.kinds('other')).toEqual(['relayed']);
    expect(troublesOf(relay)).toEqual([['connector-trouble', 'one.example']]);
    await relay.send({ id: 'this', recipients: ['b@one.example'] });
    await relay.run(60 * minute);
    expect(await relay.kinds('this')).toEqual(['relayed']);
    expect(troublesOf(relay).slice(1)).toEqual([['connector-trouble-over', 'one.example']]);
    await relay.end();
    const after = await TestRelay.start({ connectors, store: relay.store, clock: relay.clock });
    await after.run();
    expect(troublesOf(after)).toEqual([]);
    await after.end();
  });

  test('is forgotten by a restart a week later', async () => {
    const relay = await restarted(8 * 24 * 60 * minute);
    relay.script = () => relayed;
    await relay.run();
    expect(troublesOf(relay)).toEqual([]);
    await relay.end();
  });
});

test.each([
  ['no connection', { kind: 'failed', failure: unreachable } as const],
  ['a login that cannot be checked now', fault({ stage: 'login', code: 'login-deferred' })],
  ['a connection lost in the handshake', fault({ stage: 'tls', code: 'connection-lost' })],
  ['a throttle', fault({ stage: 'mail', code: 'throttled', aboutTheWay: true, retryAfterMs: 60_000 })],
  ['a recipient', { kind: 'failed', failure: testFailure({ code: 'relay-denied' }) } as const],
])('is not: %s', async (_, outcome) => {
  const relay = await TestRelay.start();
  await attempt(relay, outcome);
  expect(told(relay)).toEqual([]);
  await relay.end();
});
