/**
 * A disk that is really full: a small file system in memory. Mounting needs rights that not every machine gives, so
 * the test is skipped, visibly, where they are missing; `sqlite-store.test.ts` covers the database's own bound anywhere.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { contentOf, message, nextId, noon, progress, relayed } from '../../src/store/conformance/samples.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { QueueId } from '../../src/message/message.ts';

const mountPoint = mkdtempSync(join(tmpdir(), 'relay365-full-'));
const isMounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', mountPoint]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync('umount', [mountPoint]);
  rmSync(mountPoint, { recursive: true });
});

describe.skipIf(!isMounted)('a full disk (needs the right to mount)', () => {
  // 8 MiB beside the ballast: what the log and the database take before they share their room again.
  test('refuses as full, keeps what it acknowledged, and goes on when there is room', async () => {
    const clock = new FakeClock();
    const directory = join(mountPoint, 'data');
    const store = await openSqliteStore({ directory, clock, minimumFreeBytes: 100_000 });
    const kept: QueueId[] = [];
    await writeFile(join(mountPoint, 'ballast'), Buffer.alloc(40 * 2 ** 20));
    const insert = async () => {
      const id = nextId();
      const content = { kind: 'bytes', chunks: [Buffer.alloc(100_000, 'x')] } as const;
      await store.insert(message({ id }, { content }));
      kept.push(id);
    };
    const fill = async () => {
      for (let n = 0; n < 200; n += 1) await insert();
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', kind: 'full' });
    expect(store.health?.()).toBe('full');
    expect(kept.length).toBeGreaterThan(5);

    const sink = store.createContent(nextId());
    const stream = async () => {
      for (let n = 0; n < 20; n += 1) await sink.write(Buffer.alloc(256 * 1024));
      await sink.finish();
    };
    await expect(stream()).rejects.toMatchObject({ kind: 'full' });
    await sink.abort();

    for (const id of kept) expect((await contentOf(store, id)).length).toBe(100_000);
    expect((await store.list({ limit: 1000 })).items).toHaveLength(kept.length);

    await rm(join(mountPoint, 'ballast'));
    await expect
      .poll(async () => {
        await clock.advance(1000);
        return store.health?.();
      })
      .toBe('ok');
    await insert();
    for (const id of kept) {
      await store.change({ id, version: 1, progress: progress(relayed(noon)), lease: null });
    }
    expect(await store.stats()).toMatchObject({ active: 0, settled: kept.length });
    await store[Symbol.asyncDispose]();
    const again = await openSqliteStore({ directory });
    expect(await again.stats()).toMatchObject({ active: 0, settled: kept.length });
    await again[Symbol.asyncDispose]();
  });

  test('a content that meets the end of the disk closes intake at once, and not with the next look', async () => {
    // It stands still, so no look comes by itself.
    const clock = new FakeClock();
    const directory = join(mountPoint, 'hook');
    await using store = await openSqliteStore({ directory, clock, minimumFreeBytes: 4 * 2 ** 20 });
    const { bavail, bsize } = await statfs(mountPoint);
    const ballast = join(mountPoint, 'ballast');
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 2 ** 20));
    expect(store.health?.()).toBe('ok');
    const sink = store.createContent(nextId());
    const stream = async () => {
      for (let n = 0; n < 8; n += 1) await sink.write(Buffer.alloc(256 * 1024));
      await sink.finish();
    };
    await expect(stream()).rejects.toMatchObject({ name: 'StoreError', kind: 'full' });
    await expect.poll(() => store.health?.()).toBe('full');
    await sink.abort();
    await rm(ballast);
    await clock.advance(1000);
    await expect.poll(() => store.health?.()).toBe('ok');
  });
});
