import { describe, expect, test } from 'vitest';
import type { Delivery } from '../connector/connector.ts';
import type { RecipientOutcome } from '../message/outcome.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { StoreError } from '../store/store.ts';
import { lostReply, noSuchUser, testFailure, unreachable } from './testing/messages.ts';
import { relayed } from './testing/scripted-connector.ts';
import { TestRelay, testPolicy } from './testing/test-relay.ts';

const minute = 60_000;
const hour = 60 * minute;
const down: RecipientOutcome = { kind: 'failed', failure: unreachable };
const deferred: RecipientOutcome = { kind: 'failed', failure: testFailure() };
const pair = [
  { name: 'main', fallback: 'backup' },
  { name: 'backup', addressSpaces: [{ pattern: '*', cost: 99 }] },
];

/** An attempt that never ends by itself; after the abort it was not tried, or in doubt. */
function hung(
  _: Delivery,
  signal: AbortSignal,
  after: RecipientOutcome = { kind: 'not-tried' },
): Promise<RecipientOutcome> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(after)));
}

async function attemptsOf(relay: TestRelay, id: string): Promise<number[]> {
  const { progress } = await relay.message(id);
  return progress.recipients.map((state) => ('attempts' in state ? state.attempts : -1));
}

describe('the happy path', () => {
  test('a message is handed over and leaves nothing behind', async () => {
    const relay = await TestRelay.start();
    const id = await relay.send();
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['relayed']);
    expect(relay.events.counts()).toEqual({ attempted: 1, settled: 1 });
    const { progress } = await relay.message(id);
    expect(progress.notes[0]).toMatchObject({
      step: 'attempt',
      by: 'smart',
      text: expect.stringContaining('address space'),
    });
    await relay.end();
    expect(relay.connector().isDisposed).toBe(true);
    expect(relay.clock.pendingTimers).toBe(0);
    expect(relay.queue.bytesInMemory).toBe(0);
  });

  test('no more attempts at a time than limits.connections', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', limits: { connections: 3 } }] });
    relay.script = async () => new Promise((resolve) => relay.clock.after(1000, () => resolve(relayed)));
    for (let count = 0; count < 10; count++) await relay.send();
    await relay.run(500);
    expect(relay.connector().activeMost).toBe(3);
    expect(relay.delivery.status().connectors[0]).toMatchObject({ active: 3, waiting: 7 });
    await relay.run(10_000);
    expect(relay.connector().attempts).toHaveLength(10);
    expect(relay.connector().activeMost).toBe(3);
    await relay.end();
  });

  test('as many attempts at a time as the connector can make use of', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'smart', limits: { connections: 2 } }],
      attemptsMax: 4,
    });
    relay.script = async () => new Promise((resolve) => relay.clock.after(1000, () => resolve(relayed)));
    for (let count = 0; count < 10; count++) await relay.send();
    await relay.run(500);
    expect(relay.connector().activeMost).toBe(4);
    await relay.run(10_000);
    expect(relay.connector().attempts).toHaveLength(10);
    await relay.end();
  });

  test('behind mx no domain gets more than half of the connections', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'direct', route: { type: 'mx' }, limits: { connections: 4 } }],
      attemptsMax: 8,
    });
    relay.script = async () => new Promise((resolve) => relay.clock.after(1000, () => resolve(relayed)));
    for (let count = 0; count < 10; count++) await relay.send();
    await relay.run(10_000);
    expect(relay.connector('direct').activeMost).toBe(2);
    expect(relay.attempted()).toHaveLength(10);
    await relay.end();
  });

  test('messagesPerMinute holds across a flood', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'smart', limits: { messagesPerMinute: 10 } }],
    });
    for (let count = 0; count < 30; count++) await relay.send();
    await relay.run(minute - 1);
    expect(relay.connector().attempts).toHaveLength(10);
    await relay.run(2 * minute);
    expect(relay.connector().attempts).toHaveLength(30);
    await relay.end();
  });
});

describe('fairness', () => {
  test('10 000 messages of one source delay another source’s single message by about one round', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', limits: { connections: 2 } }] });
    relay.script = async () => new Promise((resolve) => relay.clock.after(100, () => resolve(relayed)));
    for (let count = 0; count < 10_000; count++) await relay.send({ source: 'flood' });
    await relay.run(1000);
    const before = relay.attempted().length;
    const id = await relay.send({ source: 'alerts' });
    await relay.run(400);
    const order = relay.attempted();
    // What was under way, one message of the flood a place, then the single one.
    expect(order.indexOf(id)).toBeGreaterThan(0);
    expect(order.indexOf(id) - before).toBeLessThanOrEqual(4);
    expect(relay.delivery.status().inHand).toBeLessThan(2_000);
    relay.script = () => relayed;
    await relay.run(5 * minute);
    expect(new Set(relay.attempted()).size).toBe(10_001);
    await relay.end();
  });

  test('one never-answering next hop does not stop the others, nor other mail of the same source (D5)', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'main' }, { name: 'dead', addressSpaces: [{ pattern: 'dead.example' }] }],
      messagesInHandMax: 200,
    });
    relay.script = (delivery, signal) =>
      delivery.envelope.recipients[0]?.address.domainKey === 'dead.example'
        ? hung(delivery, signal)
        : relayed;
    for (let count = 0; count < 500; count++) await relay.send({ recipients: ['a@dead.example'] });
    await relay.run(1000);
    const id = await relay.send();
    await relay.run(1000);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('behind mx a domain that never answers leaves places to the others (D5)', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'direct', route: { type: 'mx' } }] });
    relay.script = (delivery, signal) =>
      delivery.envelope.recipients[0]?.address.domainKey === 'dead.example'
        ? hung(delivery, signal)
        : relayed;
    for (let count = 0; count < 20; count++) await relay.send({ recipients: ['a@dead.example'] });
    await relay.run();
    const id = await relay.send();
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });
});

describe('outcomes', () => {
  test('550 for one, 250 for one, 451 for one: one DSN, one done, one retried alone (D29)', async () => {
    const relay = await TestRelay.start();
    relay.script = (delivery) =>
      delivery.id.startsWith('M') && delivery.envelope.recipients.length === 3
        ? [{ kind: 'failed', failure: noSuchUser }, relayed, deferred]
        : relayed;
    const id = await relay.send({ recipients: ['a@example.org', 'b@example.org', 'c@example.org'] });
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['failed', 'relayed', 'pending']);
    expect(relay.events.counts()['notice']).toBe(1);
    await relay.run(hour);
    expect(await relay.kinds(id)).toEqual(['failed', 'relayed', 'relayed']);
    const sent = relay.connector().attempts.filter((attempt) => attempt.id === id);
    expect(sent.map(({ recipients }) => recipients.length)).toEqual([3, 1]);
    expect(relay.events.counts()['notice']).toBe(1);
    await relay.end();
  });

  test('the sender of a device that never asks again still gets its mail through (D33)', async () => {
    const relay = await TestRelay.start();
    relay.script = () => deferred;
    const id = await relay.send();
    await relay.run(3 * hour);
    expect(await relay.kinds(id)).toEqual(['pending']);
    relay.script = () => relayed;
    await relay.run(hour);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('in doubt: tried again, and counted', async () => {
    const relay = await TestRelay.start();
    relay.script = () =>
      relay.connector().attempts.length === 1 ? { kind: 'in-doubt', failure: lostReply } : relayed;
    const id = await relay.send();
    await relay.run(hour);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    expect((await relay.message(id)).progress.inDoubt).toBe(1);
    await relay.end();
  });

  test('a notice that cannot be delivered makes no notice, and comes to an end', async () => {
    const relay = await TestRelay.start();
    relay.script = () => ({ kind: 'failed', failure: noSuchUser });
    await relay.send();
    await relay.run(hour);
    expect(relay.events.counts()).toMatchObject({ notice: 1, settled: 2, attempted: 2 });
    await relay.end();
  });

  test('the owner of the source hears of it too', async () => {
    const relay = await TestRelay.start();
    relay.script = ({ id }) => (id === 'M1' ? { kind: 'failed', failure: noSuchUser } : relayed);
    await relay.send({ owner: 'it@contoso.com' });
    await relay.run(hour);
    const told = relay.events.list.flatMap((event) => (event.kind === 'notice' ? [event.to] : []));
    expect(told.toSorted()).toEqual(['it@contoso.com', 'scanner@contoso.com']);
    await relay.end();
  });

  test('one part of a split message is written while the other hangs', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'main' }, { name: 'partner', addressSpaces: [{ pattern: 'partner.example' }] }],
    });
    relay.script = (delivery, signal) =>
      delivery.envelope.recipients[0]?.address.domainKey === 'partner.example'
        ? hung(delivery, signal)
        : relayed;
    const id = await relay.send({ recipients: ['a@example.org', 'b@partner.example'] });
    await relay.run(1000);
    expect(await relay.kinds(id)).toEqual(['relayed', 'pending']);
    expect((await relay.message(id)).lease).not.toBeNull();
    await relay.end();
    expect(await relay.kinds(id)).toEqual(['relayed', 'pending']);
    expect((await relay.message(id)).lease).toBeNull();
  });

  test('a connector that throws is a fault of ours: in doubt, reported, tried again', async () => {
    const relay = await TestRelay.start();
    relay.script = () => {
      if (relay.connector().attempts.length === 1) throw new Error('bug');
      return relayed;
    };
    const id = await relay.send();
    await relay.run(hour);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    expect(relay.events.counts()['fault']).toBe(1);
    await relay.end();
  });
});

describe('a next hop that fails', () => {
  test('down for 24 hours: nothing lost, one delay notice, one alarm, few attempts (D3)', async () => {
    const relay = await TestRelay.start();
    relay.script = () => down;
    for (let count = 0; count < 50; count++) await relay.send();
    await relay.run(24 * hour);
    const { suspended } = relay.delivery.status().connectors[0] ?? {};
    expect(suspended?.reason).toContain('refused the connection');
    // Three to find out, then a probe now and then: not fifty messages each half hour.
    expect(relay.connector().attempts.length).toBeLessThan(120);
    expect(relay.events.counts()['connector-suspended']).toBe(1);
    expect(relay.events.counts()['notice']).toBe(50);
    relay.script = () => relayed;
    await relay.run(2 * hour);
    for (let count = 1; count <= 50; count++) expect(await relay.kinds(`M${count}`)).toEqual(['relayed']);
    expect(relay.events.counts()['connector-resumed']).toBe(1);
    await relay.end();
  });

  test('a configuration fault, put right after two hours: all delivered, none bounced, one alarm (D11)', async () => {
    const relay = await TestRelay.start();
    const wrongPassword = testFailure({
      scope: 'connector',
      permanence: 'permanent',
      stage: 'login',
      code: 'login-refused',
      status: '5.7.8',
    });
    relay.script = () => ({ kind: 'failed', failure: wrongPassword });
    for (let count = 0; count < 20; count++) await relay.send();
    await relay.run(2 * hour);
    relay.script = () => relayed;
    await relay.run(hour);
    expect(relay.events.counts()).toMatchObject({
      settled: 20,
      'connector-suspended': 1,
      'connector-resumed': 1,
    });
    expect(relay.events.counts()['notice']).toBeUndefined();
    await relay.end();
  });

  test('down for good: expired after two days, each with its notice', async () => {
    const relay = await TestRelay.start({
      connectors: [
        { name: 'smart', addressSpaces: [{ pattern: 'example.org' }] },
        { name: 'inside', addressSpaces: [{ pattern: 'contoso.com' }] },
      ],
    });
    relay.script = (delivery) =>
      delivery.envelope.recipients[0]?.address.domainKey === 'example.org' ? down : relayed;
    const id = await relay.send();
    await relay.run(48 * hour + minute);
    expect(await relay.kinds(id)).toEqual(['expired']);
    const actions = relay.events.list.flatMap((event) => (event.kind === 'notice' ? [event.action] : []));
    expect(actions).toEqual(['delayed', 'failed']);
    await relay.end();
  });

  test('the fallback takes over at once, and the first choice again when it works', async () => {
    const relay = await TestRelay.start({ connectors: pair });
    let isDown = true;
    const main: string[] = [];
    relay.script = () => relayed;
    const ids = [await relay.send()];
    await relay.run();
    relay.connector('main').script = ({ id }) => {
      main.push(id);
      return isDown ? down : relayed;
    };
    for (let count = 0; count < 10; count++) {
      ids.push(await relay.send());
      await relay.run(1000);
    }
    for (const id of ids) expect(await relay.kinds(id)).toEqual(['relayed']);
    expect(main).toHaveLength(3);
    expect(relay.connector('backup').attempts).toHaveLength(10);
    isDown = false;
    await relay.run(hour);
    const later = await relay.send();
    await relay.run();
    expect(main.at(-1)).toBe(later);
    await relay.end();
  });

  test('a message that fails for its own sake, in words that blame the way, does not keep the way closed', async () => {
    const relay = await TestRelay.start();
    const crashes = testFailure({ scope: 'connector', stage: 'content', status: '4.3.0' });
    relay.script = ({ id }) => (id === 'M1' ? { kind: 'failed', failure: crashes } : relayed);
    await relay.send();
    await relay.run(20 * minute);
    expect(relay.delivery.status().connectors[0]?.suspended).toBeDefined();
    for (let count = 0; count < 10; count++) await relay.send();
    await relay.run(40 * minute);
    for (let count = 2; count <= 11; count++) expect(await relay.kinds(`M${count}`)).toEqual(['relayed']);
    await relay.end();
  });

  test('a connector that cannot be made holds its mail, says why, and is made when it can be', async () => {
    const relay = await TestRelay.start();
    relay.makingFault = 'cannot read ./key.pem';
    for (let count = 0; count < 5; count++) await relay.send();
    await relay.run(hour);
    expect(relay.delivery.status().connectors[0]?.suspended?.reason).toContain('cannot read ./key.pem');
    expect(relay.events.counts()['settled']).toBeUndefined();
    relay.makingFault = undefined;
    await relay.run(hour);
    expect(relay.events.counts()).toMatchObject({ settled: 5, 'connector-resumed': 1 });
    await relay.end();
  });
});

describe('routing at attempt time', () => {
  test('a changed route takes what is queued along (D24)', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'old' }] });
    relay.script = () => deferred;
    for (let count = 0; count < 100; count++) await relay.send();
    await relay.run(minute / 2);
    relay.script = () => relayed;
    relay.policy.replace(testPolicy([{ name: 'new' }], 2));
    await relay.run(hour);
    expect(relay.connector('old').attempts).toHaveLength(100);
    expect(relay.connector('old').isDisposed).toBe(true);
    expect(relay.connector('new').attempts).toHaveLength(100);
    const { progress } = await relay.message('M1');
    expect(progress.attempts.map(({ connector }) => connector)).toEqual(['old', 'new']);
    expect(progress.notes.filter(({ step }) => step === 'attempt').map(({ by }) => by)).toEqual([
      'old',
      'new',
    ]);
    await relay.end();
  });

  test('what waits in hand for a place follows as well', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'old', limits: { connections: 1 } }] });
    relay.script = hung;
    for (let count = 0; count < 5; count++) await relay.send();
    await relay.run();
    relay.script = () => relayed;
    relay.policy.replace(testPolicy([{ name: 'new' }], 2));
    await relay.run();
    expect(relay.connector('new').attempts).toHaveLength(4);
    expect(relay.connector('old').isDisposed).toBe(false);
    await relay.end();
  });

  test('without a route mail waits with an alarm, and goes as soon as the policy has one', async () => {
    const relay = await TestRelay.start({
      connectors: [{ name: 'partner', addressSpaces: [{ pattern: 'partner.example' }] }],
    });
    const id = await relay.send();
    await relay.run(2 * hour);
    expect(await relay.kinds(id)).toEqual(['pending']);
    expect(await attemptsOf(relay, id)).toEqual([0]);
    expect(relay.events.counts()).toEqual({ 'no-route': 1 });
    relay.policy.replace(testPolicy([{ name: 'smart' }], 2));
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('a policy that leaves a connector as it was leaves its connections and suspension alone', async () => {
    const relay = await TestRelay.start();
    relay.script = () => down;
    for (let count = 0; count < 5; count++) await relay.send();
    await relay.run();
    relay.policy.replace(testPolicy([{ name: 'smart' }], 2));
    await relay.run();
    expect(relay.made).toHaveLength(1);
    expect(relay.delivery.status().connectors[0]?.suspended).toBeDefined();
    await relay.end();
  });
});

describe('operators', () => {
  test('suspend holds mail without ageing it; resume sends it at once', async () => {
    const relay = await TestRelay.start();
    expect(await relay.delivery.suspend('smart', 'maintenance')).toBe(true);
    expect(await relay.delivery.suspend('nobody', 'x')).toBe(false);
    const id = await relay.send();
    await relay.run(60 * hour);
    expect(await relay.kinds(id)).toEqual(['pending']);
    expect(relay.made).toHaveLength(0);
    expect(relay.delivery.status().connectors[0]?.suspended).toMatchObject({ reason: 'maintenance' });
    await relay.delivery.resume('smart');
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('a suspension outlasts a restart and a change of the configuration, and ends by resume alone', async () => {
    const store = createMemoryStore();
    const first = await TestRelay.start({ store });
    await first.delivery.suspend('smart', 'maintenance');
    await first.end();
    const relay = await TestRelay.start({ store, clock: first.clock });
    const id = await relay.send();
    await relay.run(hour);
    expect(relay.delivery.status().connectors[0]?.suspended).toEqual({
      reason: 'maintenance',
      since: expect.any(Number),
    });
    relay.policy.replace(testPolicy([{ name: 'smart', limits: { connections: 9 } }], 2));
    await relay.run(hour);
    expect(relay.attempted()).toEqual([]);
    expect(relay.delivery.status().connectors[0]?.suspended).toMatchObject({ reason: 'maintenance' });
    await relay.delivery.resume('smart');
    await relay.run();
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
    const last = await TestRelay.start({ store, clock: first.clock });
    await last.run();
    expect(last.delivery.status().connectors[0]?.suspended).toBeUndefined();
    await last.end();
  });

  test('nothing is sent while nobody can tell what is suspended', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const document = store.document.bind(store);
    let isBroken = true;
    store.document = (name) =>
      isBroken ? Promise.reject(new StoreError('failed', 'no disk')) : document(name);
    const relay = await TestRelay.start({ store, clock });
    const id = await relay.send();
    await relay.run(10_000);
    expect(relay.made).toHaveLength(0);
    expect(relay.events.counts()['store-trouble']).toBeGreaterThan(1);
    isBroken = false;
    await relay.run(1000);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });

  test('a changed policy wakes a thousand waiting messages with few waits for the store', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const write = store.change.bind(store);
    let isSlow = false;
    store.change = async (change) => {
      if (isSlow) await new Promise<void>((resolve) => clock.after(10, () => resolve()));
      return write(change);
    };
    const relay = await TestRelay.start({ store, clock, connectors: [{ name: 'smart', suspended: true }] });
    for (let count = 0; count < 1000; count++) await relay.send();
    await relay.run();
    isSlow = true;
    relay.policy.replace(testPolicy([{ name: 'smart', limits: { connections: 1000 } }], 2));
    // One after the other they would take ten seconds.
    await relay.run(1000);
    expect(new Set(relay.attempted()).size).toBe(1000);
    await relay.end();
  });

  test('a message that only waits in hand can be let go and held', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', limits: { connections: 1 } }] });
    relay.script = hung;
    const underWay = await relay.send();
    const waiting = await relay.send();
    await relay.run();
    expect(await relay.delivery.letGo(underWay)).toBe(false);
    expect(await relay.delivery.letGo(waiting)).toBe(true);
    expect(await relay.queue.operate(waiting, { kind: 'hold', reason: 'odd' }, 'op')).toMatchObject({
      kind: 'done',
    });
    await relay.run();
    expect(await relay.kinds(waiting)).toEqual(['held']);
    await relay.end();
  });

  test('the notice for a deletion names the recipients that were still waiting', async () => {
    const relay = await TestRelay.start();
    relay.script = () => [relayed, deferred];
    const id = await relay.send({ recipients: ['done@example.org', 'waiting@example.org'] });
    await relay.run();
    const [notice, ...more] = await relay.delivery.noticesForDelete(await relay.message(id));
    expect(more).toEqual([]);
    const text = Buffer.concat(notice?.content ?? []).toString();
    expect(text).toContain('Final-Recipient: rfc822; waiting@example.org');
    expect(text).not.toContain('Final-Recipient: rfc822; done@example.org');
    expect(text).toContain('Subject: test');
    await relay.end();
  });
});

describe('stopping', () => {
  test('our own stop leaves attempts as they were, and gives everything back (D30)', async () => {
    const relay = await TestRelay.start({ connectors: [{ name: 'smart', limits: { connections: 1 } }] });
    relay.script = hung;
    const ids = [await relay.send(), await relay.send()];
    await relay.run();
    await relay.end(1000);
    for (const id of ids) {
      expect(await relay.kinds(id)).toEqual(['pending']);
      expect(await attemptsOf(relay, id)).toEqual([0]);
      expect((await relay.message(id)).progress.attempts).toEqual([]);
      expect((await relay.message(id)).lease).toBeNull();
    }
    expect(relay.clock.pendingTimers).toBe(0);
  });

  test('what is under way may end within the grace', async () => {
    const relay = await TestRelay.start();
    relay.script = async () => new Promise((resolve) => relay.clock.after(800, () => resolve(relayed)));
    const id = await relay.send();
    await relay.run();
    await relay.end(1000);
    expect(await relay.kinds(id)).toEqual(['relayed']);
  });

  test('a second stop without grace ends the first', async () => {
    const relay = await TestRelay.start();
    relay.script = hung;
    await relay.send();
    await relay.run();
    const first = relay.delivery.stop(hour);
    await relay.run(1000);
    await Promise.all([first, relay.delivery.stop(0), relay.run(1)]);
    expect(relay.delivery.status().inHand).toBe(0);
    expect(relay.clock.pendingTimers).toBeLessThanOrEqual(1); // the queue's renewal of leases
  });

  test('cut off after the content: in doubt, and counted', async () => {
    const relay = await TestRelay.start();
    relay.script = (delivery, signal) => hung(delivery, signal, { kind: 'in-doubt', failure: lostReply });
    const id = await relay.send();
    await relay.run();
    await relay.end(1000);
    expect((await relay.message(id)).progress.inDoubt).toBe(1);
  });

  test('a connector that does not end is left behind, and said', async () => {
    const relay = await TestRelay.start();
    relay.script = () => new Promise(() => undefined);
    await relay.send();
    await relay.run();
    await Promise.all([relay.delivery.stop(1000), relay.run(12_000)]);
    expect(relay.events.counts()['fault']).toBe(1);
  });
});

describe('a store that fails', () => {
  test('few results wait for it: what is not on record is sent twice after a crash', async () => {
    const clock = new FakeClock();
    const store = createMemoryStore({ clock });
    const write = store.change.bind(store);
    let isStuck = true;
    const stuck: (() => void)[] = [];
    store.change = async (change) => {
      if (isStuck) await new Promise<void>((resolve) => stuck.push(resolve));
      return write(change);
    };
    const relay = await TestRelay.start({
      store,
      clock,
      connectors: [{ name: 'smart', limits: { connections: 8 } }],
    });
    for (let count = 0; count < 1500; count++) await relay.send({ source: `s${count % 3}` });
    await relay.run(minute);
    expect(relay.attempted().length).toBeGreaterThanOrEqual(256);
    expect(relay.attempted().length).toBeLessThanOrEqual(256 + 8);
    isStuck = false;
    for (const go of stuck) go();
    await relay.run(minute);
    expect(new Set(relay.attempted()).size).toBe(1500);
    await relay.end();
  });

  test('unreadable content is no attempt and no failure of the peer', async () => {
    const store = createMemoryStore();
    const first = await TestRelay.start({ store });
    await first.delivery.suspend('smart', 'so that the content is read back later');
    const id = await first.send();
    await first.run();
    await first.end();
    const open = store.open.bind(store);
    let isBroken = true;
    store.open = (message, ref) =>
      isBroken ? open(message, { kind: 'file', name: 'lost' }) : open(message, ref);
    const relay = await TestRelay.start({ store, clock: first.clock });
    relay.script = async (delivery) => {
      try {
        for await (const _ of delivery.open()) continue;
        return relayed;
      } catch {
        return { kind: 'failed', failure: testFailure({ scope: 'message' }) };
      }
    };
    await relay.run();
    await relay.delivery.resume('smart');
    await relay.run(hour);
    expect(relay.events.counts()['store-trouble']).toBeGreaterThan(0);
    expect(await attemptsOf(relay, id)).toEqual([0]);
    isBroken = false;
    await relay.run(hour);
    expect(await relay.kinds(id)).toEqual(['relayed']);
    await relay.end();
  });
});
