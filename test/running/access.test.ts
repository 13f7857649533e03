import { request as httpsRequest } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runCommand, startProcess } from '../harness/child.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

/** A test value. */
const password = 'a test value of a password';

const run = (workspace: Workspace, args: readonly string[], input = `${password}\n`) =>
  runCommand([...args, '--config', workspace.configFile], { input });

const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

// D15
test('a fresh relay is usable by nobody but who has the link of its start, once', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const relay = await startProcess(workspace.configFile);
  const link = new URL(String((await relay.event('first-account'))['url']));
  expect(link.origin).toBe(relay.consoleUrl);
  const session = `${relay.consoleUrl}/api/v1/session`;
  expect(await (await fetch(session)).json()).toMatchObject({ firstAccount: true, signedIn: false });
  const first = { token: link.hash.slice(1), username: 'alex', password };
  const made = await post(`${session}/first`, first);
  expect(made.status).toBe(200);
  const cookie = (made.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await post(`${session}/first`, { ...first, username: 'other' })).status).toBe(409);
  await relay[Symbol.asyncDispose]();

  // Killed and started again: the session stands, and there is no link any more.
  await using again = await startProcess(workspace.configFile);
  const me = await fetch(`${again.consoleUrl}/api/v1/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject({ name: 'alex', role: 'administrator' });
  expect(again.lines.some(({ event }) => event === 'first-account')).toBe(false);
});

test('accounts and tokens are made with the relay stopped and running, and all of it is on record', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const added = await run(workspace, ['user', 'add', 'alex', '--role', 'administrator', '--password-stdin']);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const again = await run(workspace, ['user', 'add', 'ALEX', '--role', 'viewer', '--password-stdin']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already') });
  for (const name of ['two words', '.x', '', `a${'b'.repeat(128)}`, 'a\u001b[2J']) {
    const refused = await run(workspace, ['user', 'add', name, '--role', 'viewer']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'a name begins with a letter or digit, and holds letters, digits and . _ @ + -',
    );
    // Neither a pattern nor what moves a cursor.
    expect(refused.stderr).not.toContain('^[A-Za');
    expect(refused.stderr).not.toContain(String.fromCharCode(27));
  }
  const weak = await run(
    workspace,
    ['user', 'add', 'kim', '--role', 'viewer', '--password-stdin'],
    'short\n',
  );
  expect(weak).toMatchObject({ code: 1 });
  {
    await using relay = await startProcess(workspace.configFile);
    expect((await run(workspace, ['user', 'add', 'kim', '--role', 'viewer', '--json'])).code).toBe(0);
    const signedIn = await post(`${relay.consoleUrl}/api/v1/session`, { username: 'kim', password });
    expect(signedIn.status).toBe(200);
    const headers = { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    expect((await run(workspace, ['user', 'disable', 'kim'])).code).toBe(0);
    expect((await fetch(`${relay.consoleUrl}/api/v1/me`, { headers })).status).toBe(401);
    const token = (await run(workspace, ['token', 'add', 'ci', '--role', 'viewer'])).stdout.trim();
    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect((await fetch(`${relay.consoleUrl}/api/v1/status`, bearer)).status).toBe(200);
    expect((await fetch(`${relay.consoleUrl}/api/v1/users`, bearer)).status).toBe(403);
    expect((await run(workspace, ['audit', 'verify'])).code).toBe(0);
  }
  const listed = await run(workspace, ['audit', 'list', '--json']);
  const items = (JSON.parse(listed.stdout) as { items: { action: string; via: string; result: string }[] })
    .items;
  expect(items.map(({ action, via, result }) => `${action} ${via} ${result}`).toReversed()).toEqual([
    'auditBegun relay ok',
    'addUser command ok',
    expect.stringContaining('addUser command conflict'),
    expect.stringMatching(/^addUser (?:command|local) (?:unfit|400)/),
    'addUser local ok',
    'signIn nobody ok',
    'changeUser local ok',
    'addToken local ok',
  ]);
  expect(listed.stdout).not.toContain(password);
  const exported = await run(workspace, ['audit', 'export']);
  expect(exported.stdout.trim().split('\n')).toHaveLength(8);
  const users = JSON.parse((await run(workspace, ['user', 'list', '--json'])).stdout) as { items: object[] };
  expect(users.items).toMatchObject([{ name: 'alex' }, { name: 'kim', disabled: true }]);
});

test('a policy that changes by its file is on record', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  await using relay = await startProcess(workspace.configFile);
  await workspace.write('policy.yaml', stringify(loopbackPolicy(2)));
  relay.process.kill('SIGHUP');
  const entry = await relay.event('audit', ({ action }) => action === 'policyFileRead');
  expect(entry).toMatchObject({ by: 'relay365', via: 'relay', object: workspace.policyFile, result: 'ok' });
});

test('over TLS the console answers with its certificate, and commands know it', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const config = parse(await readFile(workspace.configFile, 'utf8')) as { console: object };
  config.console = { ...config.console, tls: true };
  await workspace.write('relay365.yaml', stringify(config));
  await using relay = await startProcess(workspace.configFile);
  expect(relay.consoleUrl).toMatch(/^https:/);
  const ca = await readFile(join(workspace.data, 'admin.crt'));
  const answer = await new Promise<{ status?: number; hsts?: string | string[] }>((resolve, reject) => {
    httpsRequest(`${relay.consoleUrl}/healthz`, { ca, checkServerIdentity: () => undefined }, (response) => {
      response.resume();
      resolve({
        status: response.statusCode ?? 0,
        hsts: response.headers['strict-transport-security'] ?? '',
      });
    })
      .on('error', reject)
      .end();
  });
  expect(answer).toEqual({ status: 200, hsts: 'max-age=31536000' });
  expect(await run(workspace, ['status'])).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  ['nothing said', { address: '0.0.0.0' }, 2, 'can be reached from other machines'],
  ['an explicit word', { address: '0.0.0.0', insecure: true }, 0, 'danger'],
  ['TLS', { address: '0.0.0.0', tls: true }, 0, ''],
])('a console for other machines with %s', async (_, console, code, words) => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const config = parse(await readFile(workspace.configFile, 'utf8')) as object;
  await workspace.write('relay365.yaml', stringify({ ...config, console: { ...console, port: 0 } }));
  const checked = await run(workspace, ['check-config']);
  expect(checked.code).toBe(code);
  expect(`${checked.stdout}${checked.stderr}`).toContain(words);
});
