import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backup as backupSchema } from '../config/keeping-schema.ts';
import { RecordedEvents } from '../observe/events.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { keySecret } from './key.ts';
import { BackupKeeper } from './keeper.ts';
import { newMessage } from './message.fixture.ts';

const dayMs = 86_400_000;
const secret = keySecret(randomBytes(32).toString('base64'));
let root: string;
let to: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'relay365-keeper-'));
  to = join(root, 'backups');
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function world(written: object = {}) {
  const clock = new FakeClock();
  const data = join(root, 'data');
  const configuration = join(root, 'relay365.yaml');
  await writeFile(configuration, 'hostname: relay.example\n');
  const store = await openSqliteStore({ directory: data, clock });
  await newMessage(store, Buffer.from('one'));
  const config = backupSchema.parse({ to, key: 'test value', ...written });
  const open = async (given: Store = store) => {
    const events = new RecordedEvents();
    const keeper = await BackupKeeper.open({
      store: given,
      clock,
      events,
      config,
      secret: () => Promise.resolve(secret),
      place: {
        data,
        configuration: [configuration],
        named: () => [],
        hostname: 'relay.example',
        version: '0.0.0',
      },
    });
    return { keeper, events };
  };
  return { clock, store, open, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

const files = async (): Promise<readonly string[]> => (await readdir(to)).toSorted();

test('one is made when its time has come, and the next a whole time later, also over a restart', async () => {
  await using made = await world({ every: '1d' });
  const { clock } = made;
  const first = await made.open();
  await first.keeper.look();
  await first.keeper.look();
  expect(await files()).toHaveLength(1);
  expect(first.keeper.nextAt).toBe(clock.now() + dayMs);
  await first.keeper[Symbol.asyncDispose]();
  const { keeper } = await made.open();
  await clock.advance(0);
  await keeper.look();
  expect(await files()).toHaveLength(1);
  expect(keeper.list()).toMatchObject([{ by: 'schedule', ok: true, messages: 1, inWork: 1 }]);
  await keeper[Symbol.asyncDispose]();
  expect(clock.pendingTimers).toBe(1);
});

test('the oldest of its own go beyond "keep"; what a person made stays', async () => {
  await using made = await world({ every: '1d', keep: 2 });
  const { clock } = made;
  const { keeper } = await made.open();
  const own = await keeper.create('ann');
  for (let day = 0; day < 4; day++) {
    await keeper[Symbol.asyncDispose]();
    await clock.advance(dayMs);
    await keeper.look();
  }
  const names = keeper.list().map(({ name }) => name);
  expect(names).toHaveLength(3);
  expect(names).toContain(own.name);
  expect(await files()).toEqual(names.toSorted());
});

test('the newest good one is rehearsed, not more often than "rehearse"', async () => {
  await using made = await world({ every: '1d', rehearse: '7d' });
  const { clock } = made;
  const { keeper, events } = await made.open();
  // Only the looks of this test.
  await keeper[Symbol.asyncDispose]();
  for (let day = 0; day < 8; day++) {
    await keeper.look();
    await clock.advance(dayMs);
  }
  const rehearsed = keeper.list().filter((one) => one.rehearsed !== undefined);
  expect(rehearsed.map(({ rehearsed: trial }) => trial?.ok)).toEqual([true, true]);
  expect(events.counts()).toEqual({ 'backup-made': 8, 'backup-rehearsed': 2 });
});

test('one that was damaged does not pass its rehearsal, and it is told', async () => {
  await using made = await world();
  const { keeper, events } = await made.open();
  const { name, path } = await keeper.create('ann');
  await writeFile(path, randomBytes(2_000));
  const tried = await keeper.rehearse(name);
  expect(tried.rehearsed).toMatchObject({ ok: false, text: expect.stringContaining('backup') });
  expect(events.list.at(-1)).toMatchObject({ kind: 'backup-rehearsed', name, ok: false });
  await keeper[Symbol.asyncDispose]();
});

test('one that could not be made is told, listed as failed, and tried again by the next look', async () => {
  await using made = await world();
  const { keeper, events } = await made.open();
  // A file where the directory should be.
  await writeFile(to, '');
  await keeper.look();
  expect(keeper.list()).toMatchObject([]);
  expect(events.list).toMatchObject([{ kind: 'backup-failed', by: 'schedule' }]);
  await rm(to);
  await keeper.look();
  expect(keeper.list()).toMatchObject([{ ok: true }]);
  await keeper[Symbol.asyncDispose]();
});

test('a store in memory has no backup, and says so', async () => {
  await using made = await world();
  const memory = createMemoryStore({ clock: made.clock });
  const { keeper } = await made.open(memory);
  expect(keeper.reason).toContain('in memory');
  expect(keeper.nextAt).toBeUndefined();
  await keeper.look();
  await keeper[Symbol.asyncDispose]();
});
