/** What was done to the database while the relay was stopped shows in `audit verify`, accounts or not. */
import { copyFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand, startProcess } from '../harness/child.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

const run = (workspace: Workspace, ...args: string[]) =>
  runCommand([...args, '--config', workspace.configFile], { input: 'a test value of a password\n' });

async function withHistory(): Promise<Workspace> {
  const workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  for (const name of ['alex', 'kim'])
    expect((await run(workspace, 'user', 'add', name, '--role', 'viewer', '--password-stdin')).code).toBe(0);
  return workspace;
}

async function verdict(workspace: Workspace) {
  await using _ = await startProcess(workspace.configFile);
  const { code, stdout } = await run(workspace, 'audit', 'verify', '--json');
  return { code, ...(JSON.parse(stdout) as { whole: boolean; faults: { text: string }[] }) };
}

test('a log that is as it was is whole; one that is gone with all accounts is not', async () => {
  await using workspace = await withHistory();
  expect(await verdict(workspace)).toMatchObject({ code: 0, whole: true });
  const database = new DatabaseSync(join(workspace.directory, 'data/relay365.db'));
  const gone = "DELETE FROM records WHERE kind LIKE 'audit%' OR kind LIKE 'account%' OR kind LIKE 'session%'";
  expect(Number(database.prepare(gone).run().changes)).toBeGreaterThan(3);
  database.close();
  const found = await verdict(workspace);
  expect(found).toMatchObject({ code: 1, whole: false });
  expect(found.faults.map(({ text }) => text).join()).toContain('knows a log, and there is none');
});

test('an older copy of the database is not whole', async () => {
  await using workspace = await withHistory();
  const data = join(workspace.directory, 'data');
  const [file, copy] = [join(data, 'relay365.db'), join(workspace.directory, 'older.db')];
  await copyFile(file, copy);
  expect(
    (await run(workspace, 'user', 'add', 'eve', '--role', 'administrator', '--password-stdin')).code,
  ).toBe(0);
  for (const end of ['-wal', '-shm']) await rm(file + end, { force: true });
  await copyFile(copy, file);
  const found = await verdict(workspace);
  expect(found).toMatchObject({ code: 1, whole: false });
  expect(found.faults.map(({ text }) => text).join()).toContain('an older database was put back');
});
