/** Which of several connectors takes mail when the quota of one runs out: scenarios in simulated time. */
import { describe, expect, test } from 'vitest';
import type { ConnectorInput } from './testing/test-relay.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const hour = 3_600_000;
const credential = { type: 'password', username: 'unused', password: 'test-password' };

function mailbox(name: string, more: object = {}): ConnectorInput {
  const route = { type: 'smtp-submission', mailbox: `${name}@contoso.com`, credential };
  const limits = { recipientsPerDay: 10, messagesPerMinute: 100 };
  return { name, route, limits, tls: 'required', ...more };
}

async function relayWith(connectors: readonly ConnectorInput[]): Promise<TestRelay> {
  const relay = await TestRelay.start();
  relay.policy.replace(testPolicy(connectors, 2, { domain: 'contoso.com' }));
  return relay;
}

/** Connectors of the attempts, in their order. */
function used(relay: TestRelay): string[] {
  const all = relay.made.flatMap(({ name, attempts }) => attempts.map(({ at }) => ({ name, at })));
  return all.toSorted((a, b) => a.at - b.at).map(({ name }) => name);
}

async function sendEach(relay: TestRelay, count: number, everyMs: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    await relay.send({});
    await relay.run(everyMs);
  }
}

describe('two equal mailboxes', () => {
  test('the second takes over when the first has no room, and the first comes back only with some room', async () => {
    const relay = await relayWith([mailbox('one'), mailbox('two', { limits: { messagesPerMinute: 100 } })]);
    await sendEach(relay, 40, hour);
    await relay.run(hour);
    const names = used(relay);
    expect(names).toHaveLength(40);
    expect(names.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'one'));
    expect(names.slice(10, 24).every((name) => name === 'two')).toBe(true);
    // A day after the first message there is room again, one recipient an hour, which is the tenth that brings it back.
    expect(names.slice(26).includes('one')).toBe(true);
    await relay.end();
  });

  test('bulk mail waits for the first', async () => {
    const relay = await relayWith([mailbox('one'), mailbox('two')]);
    for (let count = 0; count < 12; count++) await relay.send({ priority: 'bulk' });
    await relay.run(1_000);
    expect(used(relay).every((name) => name === 'one')).toBe(true);
    expect(used(relay).length).toBeLessThan(12);
    await relay.run(30 * hour);
    expect(used(relay)).toHaveLength(12);
    await relay.end();
  });

  test('all recipients of a message stay together', async () => {
    const relay = await relayWith([mailbox('one'), mailbox('two')]);
    await sendEach(relay, 7, 1_000);
    await relay.send({ recipients: ['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org'] });
    await relay.run(1_000);
    expect(used(relay).at(-1)).toBe('two');
    expect(used(relay)).toHaveLength(8);
    await relay.end();
  });
});

describe('a mailbox with a fallback', () => {
  const connectors = [
    mailbox('one', { fallback: 'two' }),
    mailbox('two', { addressSpaces: [{ pattern: 'nowhere.example' }] }),
  ];
  test.each([
    ['priority', 3],
    ['normal', 3],
    ['bulk', 0],
  ] as const)('%s mail beyond the quota: %i go by the fallback', async (priority, byFallback) => {
    const relay = await relayWith(connectors);
    await sendEach(relay, 10, 1_000);
    for (let count = 0; count < 3; count++) await relay.send({ priority });
    await relay.run(1_000);
    expect(used(relay).filter((name) => name === 'two')).toHaveLength(byFallback);
    expect(relay.delivery.status().inHand).toBe(0);
    await relay.end();
  });
});
