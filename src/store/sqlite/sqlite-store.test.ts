import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { QueueId } from '../../message/message.ts';
import { contentOf, message, nextId, noon, progress, relayed } from '../conformance/samples.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store.ts';
import type { SqliteStoreOptions } from './sqlite-options.ts';
import { openSqliteStore } from './sqlite-store.ts';

let directory: string;
const opened: Store[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay365-store-'));
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function openStore(options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({ directory, ...options });
  opened.push(store);
  return store;
}

async function failure(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

async function insertStreamed(store: Store, bytes: number): Promise<QueueId> {
  const id = nextId();
  const sink = store.createContent(id);
  await sink.write(Buffer.alloc(bytes, 's'));
  const ref = await sink.finish();
  await store.insert(message({ id }, { content: { kind: 'streamed', ref } }));
  return id;
}

const contentFiles = (): string[] =>
  readdirSync(join(directory, 'content'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('/'),
  );

describe('opening', () => {
  test('a directory that is in use is refused in words, and free again when its store ends', async () => {
    const first = await openStore();
    const error = await failure(openSqliteStore({ directory }));
    expect(error.message).toContain('in use by another relay365');
    expect(error.message).toContain(directory);
    await first[Symbol.asyncDispose]();
    await openStore();
  });

  test('data of a newer version are refused and left alone', async () => {
    await (await openStore())[Symbol.asyncDispose]();
    const db = new DatabaseSync(join(directory, 'relay365.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    const error = await failure(openSqliteStore({ directory }));
    expect(error.message).toContain('written by a newer version of relay365 (data version 99');
    // The lock was given back, so the right version can start.
    expect((await failure(openSqliteStore({ directory }))).message).toContain('99');
  });

  test('a database of another program is refused', async () => {
    const db = new DatabaseSync(join(directory, 'relay365.db'));
    db.exec('PRAGMA application_id = 7; CREATE TABLE t (x)');
    db.close();
    expect((await failure(openSqliteStore({ directory }))).message).toContain('belongs to another program');
  });

  test.each([
    ['is no database', 0, Buffer.alloc(8192, 'garbage ')],
    ['has a broken schema page', 100, Buffer.alloc(3000, 0xff)],
  ])('a file that %s is called damaged, with what to do', async (_, position, garbage) => {
    const store = await openStore();
    await store.insert(message({ id: nextId() }));
    await store[Symbol.asyncDispose]();
    const file = await open(join(directory, 'relay365.db'), 'r+');
    await file.write(garbage, 0, garbage.length, position);
    await file.close();
    const error = await failure(openSqliteStore({ directory }));
    expect(error.kind).toBe('damaged');
    expect(error.message).toMatch(/keep a copy.*restore/);
  });

  test('the database is synced at each commit', async () => {
    await openStore();
    const header = await readFile(join(directory, 'relay365.db'));
    // Database file format, offsets 18 and 19: 2 is WAL.
    expect([header[18], header[19]]).toEqual([2, 2]);
  });
});

describe('content in files', () => {
  test('goes after the settling has committed', async () => {
    const store = await openStore();
    const id = await insertStreamed(store, 400_000);
    expect(contentFiles()).toEqual([`${id.slice(-2)}/${id}`]);
    await store.change({ id, version: 1, progress: progress(relayed()), lease: null });
    await store[Symbol.asyncDispose]();
    expect(contentFiles()).toEqual([]);
  });

  test('what no row names is swept at the start and by the sweep; the rest stays', async () => {
    const store = await openStore();
    const id = await insertStreamed(store, 400_000);
    const orphan = async () => {
      await mkdir(join(directory, 'content', 'ZZ'), { recursive: true });
      await writeFile(join(directory, 'content', 'ZZ', '01KBZZ'), 'left by a crash');
    };
    await orphan();
    expect((await store.sweep({ messages: noon, events: noon })).files).toBe(1);
    await orphan();
    await store[Symbol.asyncDispose]();
    const again = await openStore();
    expect(contentFiles()).toEqual([`${id.slice(-2)}/${id}`]);
    expect((await contentOf(again, id)).length).toBe(400_000);
    expect((await again.stats()).bytesOnDisk).toBeGreaterThan(400_000);
  });

  test('an insert that is refused leaves no file', async () => {
    const store = await openStore();
    const id = nextId();
    await store.insert(message({ id }));
    const sink = store.createContent(id);
    await sink.write(Buffer.from('second message of one id'));
    const ref = await sink.finish();
    await failure(store.insert(message({ id }, { content: { kind: 'streamed', ref } })));
    expect(contentFiles()).toEqual([]);
    expect((await contentOf(store, id)).toString()).toBe('hello');
  });

  test.each(['../../etc/passwd', 'a/b', '', '.', '__proto__/..', '/etc/passwd', 'x'.repeat(65)])(
    'an id is never a path: %j',
    async (id) => {
      const store = await openStore();
      expect(() => store.createContent(id as QueueId)).toThrow(StoreError);
      const read = async () => {
        for await (const _ of store.open(id as QueueId, { kind: 'file', name: id })) void _;
      };
      await failure(read());
    },
  );
});

describe('a full disk', () => {
  const databaseBytesMax = 600 * 1024;
  const large = () =>
    message({ id: nextId() }, { content: { kind: 'bytes', chunks: [Buffer.alloc(100_000, 'x')] } });

  test('is told as full, spoils nothing, and ends by itself when there is room', async () => {
    const store = await openStore({ databaseBytesMax });
    const kept: QueueId[] = [];
    let error: unknown;
    for (let n = 0; n < 50 && error === undefined; n += 1) {
      const given = large();
      error = await store.insert(given).then(
        () => void kept.push(given.accepted.id),
        (reason: unknown) => reason,
      );
    }
    expect(error).toMatchObject({ name: 'StoreError', kind: 'full' });
    expect(store.health?.()).toBe('full');
    expect(kept.length).toBeGreaterThan(2);
    // Reads go on, and what was kept is whole.
    for (const id of kept) expect((await contentOf(store, id)).length).toBe(100_000);
    expect(await store.stats()).toMatchObject({ active: kept.length });
    // Settling makes room, and then there is room for the next.
    const [id] = kept;
    await store.change({ id: id as QueueId, version: 1, progress: progress(relayed()), lease: null });
    expect(store.health?.()).toBe('ok');
    await store.insert(large());
  });

  test('a whole batch fails together, and the next one does not', async () => {
    const store = await openStore({ databaseBytesMax });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => store.insert(large())));
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['rejected']));
    expect((await store.stats()).active).toBe(0);
    await store.insert(large());
    expect((await store.stats()).active).toBe(1);
  });

  test('below the minimum kept free, health says so before anything fails, and recovers', async () => {
    const clock = new FakeClock();
    const huge = await openStore({ clock, minimumFreeBytes: Number.MAX_SAFE_INTEGER });
    expect(huge.health?.()).toBe('full');
    await huge.insert(message({ id: nextId() }));
    expect((await huge.stats()).bytesFree).toBeGreaterThan(0);
  });

  test('health recovers by a probe, though nothing is inserted meanwhile', async () => {
    const clock = new FakeClock();
    const store = await openStore({ clock, databaseBytesMax });
    await Promise.allSettled(Array.from({ length: 20 }, () => store.insert(large())));
    expect(store.health?.()).toBe('full');
    await expect
      .poll(async () => {
        await clock.advance(1000);
        return store.health?.();
      })
      .toBe('ok');
  });
});

test('after a backlog the sweep gives room back to the file system', async () => {
  const store = await openStore();
  const content = { kind: 'bytes', chunks: [Buffer.alloc(200_000, 'x')] } as const;
  const ids = Array.from({ length: 300 }, () => nextId());
  await Promise.all(ids.map((id) => store.insert(message({ id }, { content }))));
  const full = (await store.stats()).bytesOnDisk;
  expect(full).toBeGreaterThan(60_000_000);
  for (const id of ids.slice(1)) {
    void store.change({ id, version: 1, progress: progress(relayed()), lease: null });
  }
  await store.sweep({ messages: noon, events: noon });
  const database = async () => (await stat(join(directory, 'relay365.db'))).size;
  expect(await database()).toBeLessThan(20 * 2 ** 20);
  expect((await contentOf(store, ids[0] as QueueId)).length).toBe(200_000);
});

test('a disk that a backlog filled is given its room back without being asked', async () => {
  const clock = new FakeClock();
  // Nothing is ever enough for this minimum, so the store looks for room at each look at the disk.
  const store = await openStore({ clock, minimumFreeBytes: Number.MAX_SAFE_INTEGER });
  const content = { kind: 'bytes', chunks: [Buffer.alloc(200_000, 'x')] } as const;
  const ids = Array.from({ length: 50 }, () => nextId());
  await Promise.all(ids.map((id) => store.insert(message({ id }, { content }))));
  await Promise.all(
    ids.map((id) => store.change({ id, version: 1, progress: progress(relayed()), lease: null })),
  );
  await expect
    .poll(async () => {
      await clock.advance(1000);
      return (await stat(join(directory, 'relay365.db'))).size;
    })
    .toBeLessThan(500_000);
});

test('a directory in which nothing can be made is told in words', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  const error = await failure(openSqliteStore({ directory: join(file, 'data') }));
  expect(error.kind).toBe('failed');
  expect(error.message).toContain('ENOTDIR');
});

test('the log beside the database stays bounded', async () => {
  const store = await openStore();
  const content = { kind: 'bytes', chunks: [Buffer.alloc(200_000, 'x')] } as const;
  for (let round = 0; round < 40; round += 1) {
    const ids = Array.from({ length: 10 }, () => nextId());
    await Promise.all(ids.map((id) => store.insert(message({ id }, { content }))));
    await Promise.all(
      ids.map((id) => store.change({ id, version: 1, progress: progress(relayed()), lease: null })),
    );
  }
  // 80 MB went through; a checkpoint begins at 16 MiB and one batch may come on top.
  expect((await stat(join(directory, 'relay365.db-wal'))).size).toBeLessThan(40 * 2 ** 20);
  expect((await stat(join(directory, 'relay365.db'))).size).toBeLessThan(20 * 2 ** 20);
  await store[Symbol.asyncDispose]();
  expect(existsSync(join(directory, 'relay365.db-wal'))).toBe(false);
});
