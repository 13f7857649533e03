/** Secrets that stand in a policy are on the disk in the policy file alone, and nobody is shown them. */
import { chmod, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { expect, test } from 'vitest';
import { newKeyText } from '../../src/config/vault.ts';
import { runCommand } from '../harness/child.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

// Test values.
const planted = 'planted-test-secret-4711';
const second = 'planted-test-secret-0815';

const withPassword = (password: string) =>
  loopbackPolicy(1, {
    connector: {
      route: { type: 'smart-host', hosts: ['127.0.0.1:1'], login: { username: 'relay', password } },
      tls: 'required',
    },
  });
const managed = { node: { policy: undefined } };
const run = (workspace: Workspace, ...args: string[]) =>
  runCommand([...args, '--config', workspace.configFile]);

/** Names of the files below the data directory that hold one of the texts. */
async function filesWith(data: string, ...texts: string[]): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(files.some((file) => file.endsWith('relay365.db-wal') || file.endsWith('relay365.db'))).toBe(true);
  const bytes = await Promise.all(files.map((file) => readFile(file)));
  return files.filter((_file, index) => texts.some((text) => bytes[index]?.includes(text)));
}

async function shownBy(relay: TestRelay, revision: number): Promise<string> {
  const token = await relay.token();
  const paths = ['policy', 'policy/revisions', `policy/revisions/${revision}`];
  const answers = paths.map(async (path) => {
    const response = await fetch(new URL(`/api/v1/${path}`, relay.relay.consoleUrl), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    return response.text();
  });
  return (await Promise.all(answers)).join('\n');
}

test('a secret of a managed policy is nowhere in the data directory, in the log or in an answer', async () => {
  await using workspace = await makeWorkspace({ ...managed, policy: {} });
  {
    await using relay = await startTestRelay({ workspace });
    const policy = await workspace.write('new.yaml', stringify(withPassword(planted)));
    expect((await run(workspace, 'policy', 'set', policy)).stdout).toContain('revision 1');
    const block = stringify(withPassword('X')).replace('password: X', `password: |-\n          ${second}`);
    expect(parse(block)).toEqual(withPassword(second));
    await writeFile(policy, block);
    expect((await run(workspace, 'policy', 'set', policy)).stdout).toContain('revision 2');

    expect(await filesWith(workspace.data, planted, second)).toEqual([]);
    const shown = `${await shownBy(relay, 2)}${await shownBy(relay, 1)}${(await run(workspace, 'policy', 'show')).stdout}`;
    expect(shown).not.toContain('planted-test');
    expect(shown).not.toContain('$relay365$');
    // That it changed is told.
    expect(shown).toMatch(/"-[^"]*password: \[redacted\]","\+[^"]*password: \[redacted\]"/);
    expect(relay.log.join('')).not.toContain('planted-test');
    expect((await stat(join(workspace.data, 'secrets.key'))).mode & 0o777).toBe(0o600);
  }
  expect(await filesWith(workspace.data, planted, second)).toEqual([]);
  expect(await filesWith(workspace.data, '$relay365$1$')).not.toEqual([]);
  // The relay itself has it back: the same text is no new revision.
  await using again = await startTestRelay({ workspace });
  expect(again.relay.policy.current.revision).toBe(2);
  const config = again.relay.policy.current.connectors.get('next-hop')?.config;
  expect(config?.route).toMatchObject({ login: { password: second } });
});

test('revisions of a policy file hold no secret, and the same file stays the same revision', async () => {
  await using workspace = await makeWorkspace({ policy: withPassword(planted) });
  for (const _start of [1, 2]) {
    await using relay = await startTestRelay({ workspace });
    expect(relay.relay.policy.current.revision).toBe(1);
    expect(await filesWith(workspace.data, planted)).toEqual([]);
    expect(relay.log.join('')).not.toContain(planted);
    expect(await shownBy(relay, 1)).not.toContain(planted);
  }
});

test('the key is made at the first start, for nobody else to read', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const { mode } = await stat(join(relay.workspace.data, 'secrets.key'));
  expect(mode & 0o777).toBe(0o600);
});

test('after a rotation the older key can go', async () => {
  await using workspace = await makeWorkspace({ ...managed, policy: {} });
  const keyFile = join(workspace.data, 'secrets.key');
  const start = async () => {
    await using relay = await startTestRelay({ workspace });
    return relay.relay.policy.current.connectors.get('next-hop')?.config.route;
  };
  {
    await using _relay = await startTestRelay({ workspace });
    const policy = await workspace.write('new.yaml', stringify(withPassword(planted)));
    await run(workspace, 'policy', 'set', policy);
  }
  const fresh = `${newKeyText()}\n`;
  await writeFile(keyFile, `${fresh}${await readFile(keyFile, 'utf8')}`);
  expect(await start()).toMatchObject({ login: { password: planted } });
  await writeFile(keyFile, fresh);
  expect(await start()).toMatchObject({ login: { password: planted } });
  // The key may move out of the directory.
  await rename(keyFile, join(workspace.directory, 'elsewhere.key'));
  const config = parse(await workspace.read('relay365.yaml'));
  await workspace.write('relay365.yaml', stringify({ ...config, secretsKey: { file: './elsewhere.key' } }));
  expect(await start()).toMatchObject({ login: { password: planted } });
});

test('a key that is missing, wrong or open to others stops the start with words', async () => {
  await using workspace = await makeWorkspace({ ...managed, policy: {} });
  const keyFile = join(workspace.data, 'secrets.key');
  {
    await using _relay = await startTestRelay({ workspace });
    const policy = await workspace.write('new.yaml', stringify(withPassword(planted)));
    await run(workspace, 'policy', 'set', policy);
  }
  await chmod(keyFile, 0o644);
  await expect(startTestRelay({ workspace })).rejects.toThrow(`chmod 600 ${keyFile}`);
  await rename(keyFile, `${keyFile}.away`);
  await expect(startTestRelay({ workspace })).rejects.toThrow(`${keyFile} is missing`);
  await writeFile(keyFile, newKeyText(), { mode: 0o600 });
  await expect(startTestRelay({ workspace })).rejects.toThrow('not among those given');
  await chmod(`${keyFile}.away`, 0o600);
  await rename(`${keyFile}.away`, keyFile);
  await using relay = await startTestRelay({ workspace });
  expect(relay.relay.policy.current.revision).toBe(1);
});
