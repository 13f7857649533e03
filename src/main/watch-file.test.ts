/** Changes that make no event in the directory of the file are noticed all the same. */
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import { watchFile } from './watch-file.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'relay365-watch-'));
});
afterEach(() => rm(directory, { recursive: true }));

function watching(file: string) {
  const clock = new FakeClock();
  let changes = 0;
  const failed = (error: Error): void => {
    throw error;
  };
  const watch = watchFile(file, { clock, changed: () => void changes++, failed });
  const passed = async (): Promise<number> => {
    await clock.advance(6_000);
    return changes;
  };
  return { watch, clock, passed };
}

test('the target of a link that lies in another directory', async () => {
  await mkdir(join(directory, 'elsewhere'));
  await writeFile(join(directory, 'elsewhere', 'policy.yaml'), 'a');
  await symlink(join(directory, 'elsewhere', 'policy.yaml'), join(directory, 'policy.yaml'));
  const { watch, passed } = watching(join(directory, 'policy.yaml'));
  using _watch = watch;
  expect(await passed()).toBe(0);
  await writeFile(join(directory, 'elsewhere', 'policy.yaml'), 'b b');
  await expect.poll(passed).toBe(1);
  expect(await passed()).toBe(1);
});

test('a link to the directory that is made to lead to another one', async () => {
  for (const name of ['one', 'two']) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'policy.yaml'), name);
  }
  await symlink(join(directory, 'one'), join(directory, 'current'));
  const { watch, passed } = watching(join(directory, 'current', 'policy.yaml'));
  using _watch = watch;
  expect(await passed()).toBe(0);
  await symlink(join(directory, 'two'), join(directory, 'next'));
  await rename(join(directory, 'next'), join(directory, 'current'));
  await expect.poll(passed).toBe(1);
  // And what is written there later.
  await writeFile(join(directory, 'two', 'policy.yaml'), 'two and more');
  await expect.poll(passed).toBe(2);
});

test('a directory that is taken away and comes back', async () => {
  await mkdir(join(directory, 'etc'));
  const file = join(directory, 'etc', 'policy.yaml');
  await writeFile(file, 'a');
  const { watch, clock, passed } = watching(file);
  {
    using _watch = watch;
    expect(await passed()).toBe(0);
    await rename(join(directory, 'etc'), join(directory, 'old'));
    await mkdir(join(directory, 'etc'));
    await writeFile(file, 'another');
    await expect.poll(passed).toBeGreaterThan(0);
    const before = await passed();
    await writeFile(file, 'yet another');
    await expect.poll(passed).toBe(before + 1);
  }
  expect(clock.pendingTimers).toBe(0);
});
