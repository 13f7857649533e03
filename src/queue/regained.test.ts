/** A machine that sleeps for longer than its leases finds its own work lapsed, and claims it while it is still at it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Accepted, QueueId } from '../message/message.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { plus } from '../platform/clock.ts';
import { accepted, nextId, relayed } from '../store/conformance/samples.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { Queue, QueueEvent, Settlement, WorkItem } from './queue.ts';
import { createQueue } from './relay-queue.ts';

const leaseMs = 300_000;
let clock: FakeClock;
let store: Store;
let queue: Queue;
let events: QueueEvent[];

beforeEach(async () => {
  clock = new FakeClock();
  store = createMemoryStore();
  events = [];
  const onEvent = (event: QueueEvent): void => void events.push(event);
  // Room in memory for one message: the next one lies in the store, and makes the queue claim.
  queue = await createQueue({ store, clock, owner: 'node', leaseMs, memoryBudgetBytes: 3_000, onEvent });
});
afterEach(async () => queue[Symbol.asyncDispose]());

async function accept(): Promise<QueueId> {
  const message: Accepted = accepted({ id: nextId(), at: clock.now() });
  await queue.accept(message, { kind: 'bytes', chunks: [Buffer.from('hello')] });
  return message.id;
}

/** One message in work whose lease ran out while the machine slept, and another one to be claimed. */
async function afterSleep(): Promise<{ readonly item: WorkItem; readonly other: QueueId }> {
  await accept();
  const [item] = await queue.take(1);
  if (!item) throw new Error('no work');
  const other = await accept();
  await store.renew({ owner: 'node', until: plus(clock.now(), -1) });
  return { item, other };
}

/** Everything that is handed out in the time of three leases, settled at once. */
async function handedOut(): Promise<readonly QueueId[]> {
  const all: QueueId[] = [];
  for (let step = 0; step < 9; step += 1) {
    for (const item of await queue.take(10)) {
      all.push(item.message.accepted.id);
      await queue.settle(item, done());
    }
    await clock.advance(leaseMs / 3);
  }
  return all;
}

const idsOf = (items: readonly WorkItem[]): QueueId[] => items.map(({ message }) => message.accepted.id);
const done = (): Settlement => ({ recipients: [relayed(clock.now())], attempts: [] });
const again = (): Settlement => ({
  recipients: [{ kind: 'pending', notBefore: clock.now(), attempts: 1 }],
  attempts: [],
});

test('a result that meets our own claim stands, and the message is not handed out a second time', async () => {
  const { item, other } = await afterSleep();
  const [taken] = await Promise.all([queue.take(10), queue.settle(item, done())]);
  expect(idsOf(taken)).toEqual([other]);
  expect(await store.get(item.message.accepted.id)).toMatchObject({
    lease: null,
    progress: { recipients: [{ kind: 'relayed' }], inDoubt: 0 },
  });
  expect(await handedOut()).toEqual([]);
  expect(events).toEqual([]);
});

test.each([
  ['settled', (item: WorkItem) => queue.settle(item, again())],
  ['released', (item: WorkItem) => queue.release(item)],
])('what is %s to be tried again is handed out once more, whatever comes first', async (_, giveBack) => {
  for (const order of ['claim first', 'result first']) {
    const { item } = await afterSleep();
    const both =
      order === 'claim first' ? [queue.take(10), giveBack(item)] : [giveBack(item), queue.take(10)];
    const taken = (await Promise.all(both)).flatMap((items) => items ?? []);
    for (const one of taken) await queue.settle(one, done());
    const all = [...idsOf(taken), ...(await handedOut())];
    expect(
      all.filter((id) => id === item.message.accepted.id),
      order,
    ).toHaveLength(1);
    expect(all, order).toHaveLength(2);
  }
  expect(events).toEqual([]);
});

test('parts of a result stand too', async () => {
  const { item } = await afterSleep();
  const [, next] = await Promise.all([queue.take(10), queue.settlePart(item, again())]);
  await queue.settle(next, done());
  expect((await store.get(item.message.accepted.id))?.progress.recipients).toMatchObject([
    { kind: 'relayed' },
  ]);
  expect(events).toEqual([]);
});

test('an operator does not get hold of what is under way', async () => {
  const { item } = await afterSleep();
  const result = await queue.operate(item.message.accepted.id, { kind: 'retry' }, 'operator');
  expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining('under way') });
  await queue.settle(item, done());
  expect(events).toEqual([]);
});

test('a lease that another node took over is lost, and what that node did stands', async () => {
  const { item } = await afterSleep();
  const { id } = item.message.accepted;
  const lease = { owner: 'thief', until: plus(clock.now(), leaseMs) };
  await store.claim({ now: clock.now(), lease, limit: 1 });
  await queue.settle(item, done());
  expect(events).toEqual([{ kind: 'lease-lost', id }]);
  expect((await store.get(id))?.lease).toEqual(lease);
});
