/**
 * Scenarios of pace in simulated time, against a peer that counts as Microsoft 365 does: 30 messages in any 60 seconds and
 * 3 connections at once for a mailbox (else 432 4.3.2), and external recipients of a tenant in 24 hours (5.7.233).
 */
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../connector/connector.ts';
import type { RecipientOutcome } from '../message/outcome.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Store } from '../store/store.ts';
import { lostReply, testFailure, testReply } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import type { ConnectorInput } from './testing/test-relay.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const minute = 60_000;
const hour = 60 * minute;
const password = { type: 'password', username: 'relay@contoso.com', password: 'test-password' };

function mailbox(name: string, address: string, more: object = {}): ConnectorInput {
  const route = { type: 'smtp-submission', mailbox: address, credential: password };
  return { name, route, tls: 'required', ...more };
}

/** Counts every moment instead of buckets: it believes nothing of what the ledger believes. */
class MailboxServer {
  readonly starts: number[] = [];
  refusals = 0;
  #open = 0;
  openMost = 0;
  readonly #clock: FakeClock;
  /** Whether a message counts when it begins or when its content is complete. Microsoft does not say. */
  readonly #counts: 'first' | 'last';

  constructor(clock: FakeClock, counts: 'first' | 'last' = 'first') {
    this.#clock = clock;
    this.#counts = counts;
  }

  async take(durationMs: number): Promise<RecipientOutcome> {
    this.#open++;
    this.openMost = Math.max(this.openMost, this.#open);
    const passed = (): Promise<void> =>
      new Promise((resolve) => this.#clock.after(durationMs, () => resolve()));
    try {
      if (this.#counts === 'last') await passed();
      const now = this.#clock.now();
      const recent = this.starts.filter((one) => one > now - minute).length;
      if (recent >= 30 || this.#open > 3) {
        this.refusals++;
        const reply = testReply(432, '4.3.2', 'Concurrent connections limit exceeded');
        return { kind: 'failed', failure: testFailure({ scope: 'connector', reply, status: '4.3.2' }) };
      }
      this.starts.push(now);
      if (this.#counts === 'first') await passed();
      return relayed;
    } finally {
      this.#open--;
    }
  }
}

async function relayedIn(store: Store): Promise<number> {
  const { settled } = await store.stats();
  return settled;
}

describe('1,000 messages at once for one mailbox', () => {
  const connectors = [
    mailbox('first', 'relay@contoso.com'),
    mailbox('second', 'alerts@contoso.com', { addressSpaces: [{ pattern: 'example.net' }] }),
  ];

  async function begun(clock: FakeClock, store: Store, server: MailboxServer): Promise<TestRelay> {
    const relay = await TestRelay.start({ connectors, clock, store });
    relay.script = (delivery: Delivery) =>
      delivery.envelope.recipients[0]?.address.domainKey === 'example.net' ? relayed : server.take(3_500);
    return relay;
  }

  test('go at 30 a minute over 3 connections at most without one 432, and another mailbox is not delayed', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const server = new MailboxServer(clock);
    const relay = await begun(clock, store, server);
    for (let count = 0; count < 1_000; count++) await relay.send({ id: `F${count}`, source: 'erp' });
    await relay.run(10 * minute);
    const sentAt = clock.now();
    await relay.send({ id: 'single', source: 'alarm', recipients: ['user@example.net'] });
    await relay.run(0);
    expect(await relay.kinds('single')).toEqual(['relayed']);
    expect(relay.connector('second').attempts[0]?.at).toBe(sentAt);
    await relay.run(28 * minute);
    expect(server.starts).toHaveLength(1_000);
    expect(server.refusals).toBe(0);
    expect(server.openMost).toBeLessThanOrEqual(3);
    const last = server.starts.at(-1) ?? 0;
    // 1,000 at 30 a minute are 33 minutes and 20 seconds. The bucket of a second costs half a minute, and the 3.5 seconds
    // of a message, within which nobody knows when it is counted, two minutes.
    expect(last - (server.starts[0] ?? 0)).toBeLessThan(36.5 * minute);
    await relay.end();
  });

  test('not one 432 either where a message counts at its end, and some take longer than others', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const server = new MailboxServer(clock, 'last');
    const relay = await TestRelay.start({ connectors, clock, store });
    let turn = 0;
    // A hundred on a slow way and a hundred on a fast one, in turns: what began earlier arrives later.
    relay.script = () => server.take((turn++ / 100) % 2 < 1 ? 5_000 : 100);
    for (let count = 0; count < 500; count++) await relay.send({ id: `F${count}`, source: 'erp' });
    await relay.run(20 * minute);
    expect(server.refusals).toBe(0);
    expect(server.starts).toHaveLength(500);
    await relay.end();
  });

  test('a restart in the middle keeps the pace', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const server = new MailboxServer(clock);
    const first = await begun(clock, store, server);
    for (let count = 0; count < 200; count++) await first.send({ id: `F${count}`, source: 'erp' });
    await first.run(57_000);
    const before = server.starts.length;
    expect(before).toBeGreaterThan(25);
    await first.end(10_000);
    const second = await begun(clock, store, server);
    await second.run(8 * minute);
    expect(server.refusals).toBe(0);
    expect(server.starts).toHaveLength(200);
    expect(await relayedIn(store)).toBe(200);
    await second.end();
  });

  test('after a crash it waits rather than sends too much', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const server = new MailboxServer(clock);
    const first = await begun(clock, store, server);
    for (let count = 0; count < 100; count++) await first.send({ id: `F${count}`, source: 'erp' });
    await first.run(3_000);
    const atCrash = await store.document('delivery/quota-ledger');
    await first.run(1_000);
    await first.end(10_000);
    await store.putDocument('delivery/quota-ledger', atCrash ?? '');
    const second = await begun(clock, store, server);
    await second.run(10_000);
    expect(server.starts.filter((one) => one > clock.now() - 10_000)).toHaveLength(0);
    await second.run(5 * minute);
    expect(server.refusals).toBe(0);
    expect(server.starts).toHaveLength(100);
    await second.end();
  });

  test('two connectors of one mailbox have its 30 a minute together', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const server = new MailboxServer(clock);
    const limits = { connections: 1 };
    const relay = await TestRelay.start({
      connectors: [
        mailbox('one', 'relay@contoso.com', { limits }),
        mailbox('two', 'Relay@contoso.com', { limits, addressSpaces: [{ pattern: 'example.net' }] }),
      ],
      clock,
      store,
      script: () => server.take(500),
    });
    for (let count = 0; count < 100; count++) {
      const domain = count % 2 === 0 ? 'example.org' : 'example.net';
      await relay.send({ id: `F${count}`, recipients: [`user@${domain}`] });
    }
    await relay.run(4 * minute);
    expect(server.refusals).toBe(0);
    expect(server.starts).toHaveLength(100);
    await relay.end();
  });
});

describe('external recipients of a tenant', () => {
  const limits = { externalRecipientsPerDay: 10 };
  const mx = { name: 'mx', route: { type: 'exchange-online', host: 'mx.example' }, tls: 'required', limits };

  async function started(more: readonly ConnectorInput[] = []): Promise<TestRelay> {
    const relay = await TestRelay.start();
    // `tenant` is of the whole document, which the policy of tests has no place for.
    relay.policy.replace(testPolicy([mx, ...more], 2, { domain: 'contoso.com' }));
    return relay;
  }

  test('exhausted: external mail is held and goes next day, internal mail goes on', async () => {
    const relay = await started();
    for (let count = 0; count < 15; count++) await relay.send({ id: `X${count}` });
    await relay.run(1_000);
    expect(relay.connector('mx').attempts).toHaveLength(10);
    await relay.send({ id: 'inside', recipients: ['boss@contoso.com'] });
    await relay.send({ id: 'both', recipients: ['boss@contoso.com', 'user@example.org'] });
    await relay.run(1_000);
    expect(await relay.kinds('inside')).toEqual(['relayed']);
    expect(await relay.kinds('both')).toEqual(['relayed', 'pending']);
    const [, waiting] = (await relay.message('both')).progress.recipients;
    expect(waiting).toMatchObject({
      attempts: 0,
      last: { code: 'quota-exhausted', text: expect.stringContaining('limit of 10') },
    });
    expect(relay.events.list.flatMap((event) => (event.kind === 'quota-low' ? [event.state] : []))).toEqual([
      'low',
      'exhausted',
    ]);
    expect(relay.delivery.status().connectors[0]?.quotas[0]).toMatchObject({ used: 10, limit: 10, free: 0 });
    expect(relay.delivery.status().inHand).toBe(0);
    await relay.run(23 * hour);
    expect(relay.connector('mx').attempts).toHaveLength(12);
    await relay.run(2 * hour);
    expect(await relay.kinds('both')).toEqual(['relayed', 'relayed']);
    expect(relay.connector('mx').attempts).toHaveLength(18);
    await relay.end();
  });

  test('bulk mail leaves a fifth to the others, and what the limit is for counts what may have been sent', async () => {
    const relay = await started();
    relay.script = ({ id }) => {
      if (id === 'X0') return { kind: 'in-doubt', failure: lostReply };
      return id === 'X1' ? { kind: 'failed', failure: testFailure({ permanence: 'permanent' }) } : relayed;
    };
    for (let count = 0; count < 12; count++) await relay.send({ id: `X${count}`, priority: 'bulk' });
    await relay.run(100);
    // Eight of ten: the one in doubt counts, the refused one does not.
    const tried = relay.connector('mx').attempts.filter(({ id }) => id.startsWith('X'));
    expect(tried).toHaveLength(9);
    expect(relay.delivery.status().connectors[0]?.quotas[0]).toMatchObject({ used: 8, limit: 10 });
    await relay.send({ id: 'urgent', priority: 'priority' });
    await relay.run(100);
    expect(await relay.kinds('urgent')).toEqual(['relayed']);
    await relay.end();
  });

  test('exhausted: a fallback outside the tenant takes over', async () => {
    const relay = await TestRelay.start();
    const withFallback = { ...mx, fallback: 'smart', allowLessSecureFallback: true };
    const smart = { name: 'smart', addressSpaces: [{ pattern: '*', cost: 99 }] };
    relay.policy.replace(testPolicy([withFallback, smart], 2, { domain: 'contoso.com' }));
    for (let count = 0; count < 12; count++) await relay.send({ id: `X${count}` });
    await relay.run(1_000);
    expect(relay.connector('mx').attempts).toHaveLength(10);
    expect(relay.connector('smart').attempts).toHaveLength(2);
    expect(relay.delivery.status().inHand).toBe(0);
    await relay.end();
  });
});
