import { expect, test } from 'vitest';
import { reminders as remindersSchema } from '../config/keeping-schema.ts';
import { RecordedEvents } from '../observe/events.ts';
import { instant } from '../platform/clock.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { idFactory, seededRandom } from '../platform/random.ts';
import { createQueue } from '../queue/relay-queue.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { AgeingItem } from './item.ts';
import { AgeingWatch } from './watch.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const start = Date.parse('2026-11-24T08:00:00Z');

const item = (days: number): AgeingItem => ({
  kind: 'client-secret',
  name: 'graph',
  title: 'The client secret of the connector graph ends',
  at: instant(start + days * dayMs),
  precision: 'day',
  breaks: 'Mail waits.',
  todo: 'Add a new secret.',
  owner: 'ann@contoso.com',
});

async function world(written: object = {}, items: readonly AgeingItem[] = [item(20)]) {
  const clock = new FakeClock(start);
  const store = createMemoryStore({ clock });
  const random = seededRandom(1);
  const queue = await createQueue({ store, clock, owner: 'test' });
  const state = { items };
  const open = async (
    given: Pick<Store, 'document' | 'putDocument' | 'get'> = store,
    accept = queue.accept.bind(queue),
  ) => {
    const events = new RecordedEvents();
    const watch = await AgeingWatch.open({
      store: given,
      queue: { accept },
      clock,
      events,
      newId: idFactory(random),
      hostname: 'relay.example',
      reminders: remindersSchema.parse({ administrators: ['it@contoso.com'], ...written }),
      items: () => state.items,
    });
    return { watch, events };
  };
  const mails = async () => {
    const { items: found } = await store.list({ limit: 100 });
    return found
      .map(
        ({ accepted: { envelope, content } }) =>
          `${envelope.recipients.map(({ address }) => address.text).join()}: ${content.subject ?? ''}`,
      )
      .toSorted();
  };
  return { clock, store, queue, state, open, mails };
}

test('owner and administrators get one mail each, and none again after a restart', async () => {
  const made = await world();
  const first = await made.open();
  await first.watch.look();
  const sent = await made.mails();
  expect(sent.map((one) => one.split(':')[0])).toEqual(['ann@contoso.com', 'it@contoso.com']);
  expect(first.events.list).toMatchObject([{ kind: 'reminder', days: 20, owner: 'ann@contoso.com' }]);
  await first.watch[Symbol.asyncDispose]();
  const next = await made.open();
  await next.watch.look();
  await made.clock.advance(3 * hourMs);
  expect(await made.mails()).toEqual(sent);
  expect(next.events.list).toEqual([]);
  expect(next.watch.remindedOf(item(20))).toEqual([[30, made.clock.now() - 3 * hourMs]]);
  await next.watch[Symbol.asyncDispose]();
});

test('30, 14, 7 and 1 days ahead and at the end, once each to owner and administrators, with a restart every day', async () => {
  const made = await world({ digest: 'never' }, [item(40)]);
  const told: [daysLeft: number, to: string][] = [];
  for (let day = 0; day <= 45; day += 1) {
    const { watch } = await made.open();
    const before = await made.mails();
    await watch.look();
    await watch.look();
    const fresh = [...(await made.mails())];
    for (const mail of before) fresh.splice(fresh.indexOf(mail), 1);
    for (const mail of fresh) told.push([40 - day, mail.split(':')[0] ?? '']);
    await watch[Symbol.asyncDispose]();
    await made.clock.advance(dayMs);
  }
  expect(told).toEqual(
    [30, 14, 7, 1, 0].flatMap((days) => [
      [days, 'ann@contoso.com'],
      [days, 'it@contoso.com'],
    ]),
  );
});

test('an end between writing down and sending neither loses a mail nor sends it twice', async () => {
  const made = await world();
  const { queue } = made;
  let calls = 0;
  const broken: typeof queue.accept = (accepted, content) => {
    calls += 1;
    // The first goes out, then the process ends.
    if (calls === 2) return Promise.reject(new StoreError('failed', 'ended'));
    return queue.accept(accepted, content);
  };
  const first = await made.open(made.store, broken);
  await first.watch.look();
  expect(await made.mails()).toHaveLength(1);
  expect(first.events.list.at(-1)).toMatchObject({ kind: 'store-trouble' });
  await first.watch[Symbol.asyncDispose]();
  const next = await made.open();
  await next.watch.look();
  expect((await made.mails()).map((one) => one.split(':')[0])).toEqual(['ann@contoso.com', 'it@contoso.com']);
  await next.watch[Symbol.asyncDispose]();
});

test('what cannot be written down is not sent, and is due by the next look', async () => {
  const made = await world();
  const { store } = made;
  const state = { isFull: true };
  const full = {
    document: store.document.bind(store),
    get: store.get.bind(store),
    putDocument: (name: string, text: string) =>
      state.isFull ? Promise.reject(new StoreError('full', 'no room')) : store.putDocument(name, text),
  };
  const { watch, events } = await made.open(full);
  await watch.look();
  expect(await made.mails()).toEqual([]);
  expect(events.counts()).toEqual({ 'store-trouble': 1 });
  state.isFull = false;
  await watch.look();
  expect(await made.mails()).toHaveLength(2);
  await watch[Symbol.asyncDispose]();
});

test('the weekly digest goes on its day to the administrators, once a week', async () => {
  const made = await world({ owners: false }, [item(200)]);
  const { watch } = await made.open();
  await watch.look();
  expect(await made.mails()).toEqual([]);
  // From Tuesday to the Tuesday after the next: two Mondays.
  for (let hour = 0; hour < 14 * 24; hour++) {
    await made.clock.advance(hourMs);
    await watch.look();
  }
  const sent = await made.mails();
  expect(sent).toHaveLength(2);
  expect(sent.every((one) => one.startsWith('it@contoso.com'))).toBe(true);
  await watch[Symbol.asyncDispose]();
});

test('it looks by itself, and ends with its timer', async () => {
  const made = await world();
  const { watch } = await made.open();
  await made.clock.advance(60_000);
  expect(await made.mails()).toHaveLength(2);
  await watch[Symbol.asyncDispose]();
  // What is left is not its own: nothing is looked at any more.
  made.state.items = [item(1)];
  await made.clock.advance(5 * hourMs);
  expect(await made.mails()).toHaveLength(2);
});

test('an owner that is no address of a mailbox is told of in the log, and the others get their mail', async () => {
  const made = await world({ administrators: ['it@contoso.com', 'it@con..toso.example'] });
  const { watch, events } = await made.open();
  await watch.look();
  expect(await made.mails()).toHaveLength(2);
  expect(events.list).toContainEqual(
    expect.objectContaining({ kind: 'warning', text: expect.stringContaining('it@con..toso.example') }),
  );
  await watch[Symbol.asyncDispose]();
});
