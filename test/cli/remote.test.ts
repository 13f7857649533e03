/** A relay is asked from elsewhere: by its URL, with a token that is never on the command line. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { makeWorkspace } from '../harness/workspace.ts';

test('the token comes from a file or from the environment, and what is typed goes before the environment', async () => {
  await using running = await startTestRelay({ policy: '' });
  const url = running.relay.consoleUrl ?? '';
  const tokenFile = await running.workspace.write('token', `${await running.token()}\n`);
  const cwd = '/';

  const byFile = await runCommand(['status', '--url', url, '--token-file', tokenFile], { cwd });
  expect(byFile).toMatchObject({ code: 0, stderr: '' });
  expect(byFile.stdout).toContain('on relay.test.example');
  const env = { RELAY365_URL: url, RELAY365_TOKEN: await running.token() };
  expect(await runCommand(['source', 'list', '--json'], { cwd, env })).toMatchObject({ code: 0, stderr: '' });

  const without = await runCommand(['status', '--url', url], { cwd });
  expect(without.code).toBe(1);
  expect(without.stderr).toContain('RELAY365_TOKEN');
  const wrong = await runCommand(['status'], { cwd, env: { ...env, RELAY365_TOKEN: 'wrong' } });
  expect(wrong).toMatchObject({ code: 1 });
  expect(wrong.stderr).toContain('does not take the token of RELAY365_TOKEN');
  const typed = await runCommand(['status', '--config', '/nonexistent/relay365.yaml'], { cwd, env });
  expect(typed).toMatchObject({ code: 2 });
});

test('over TLS the certificate is checked, and --ca names who vouches for it', async () => {
  const policy = '';
  await using workspace = await makeWorkspace({
    policy,
    node: {
      console: { address: '127.0.0.1', port: 0, tls: { certificate: './console.crt', key: './console.key' } },
    },
  });
  const certificate = join(workspace.directory, 'console.crt');
  const key = join(workspace.directory, 'console.key');
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  const made = await runCommand([...words.split(' '), '-keyout', key, '-out', certificate], {
    file: 'openssl',
  });
  expect(made.code).toBe(0);
  await using running = await startTestRelay({ workspace });
  const port = new URL(running.relay.consoleUrl ?? '').port;
  const env = { RELAY365_TOKEN: await running.token() };
  const ask = (host: string, ...args: string[]) =>
    runCommand(['status', '--url', `https://${host}:${port}`, ...args], { env });

  const unknown = await ask('localhost');
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(await ask('localhost', '--ca', certificate)).toMatchObject({ code: 0, stderr: '' });
  // The certificate is for localhost alone.
  const otherName = await ask('127.0.0.1', '--ca', certificate);
  expect(otherName.code).toBe(3);
  expect(otherName.stderr).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
});

test.each([
  ['http://192.0.2.7:8365', 'in clear'],
  ['ftp://relay.contoso.com', 'no address of a console'],
  ['https://relay.contoso.com/api', 'no address of a console'],
  ['relay.contoso.com', 'no address of a console'],
])('--url %s is refused before anything is sent', async (url, words) => {
  const refused = await runCommand(['status', '--url', url], { env: { RELAY365_TOKEN: 'a test value' } });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(words);
  expect(refused.stderr).not.toContain('a test value');
});

// RFC 9110 15.4: where a redirection leads is chosen by the other side, and the token is not for that place.
test('the token does not follow a redirection', async () => {
  const asked: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  const sender = createServer((_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
  }).listen(0, '127.0.0.1');
  await once(sender, 'listening');
  try {
    const url = `http://127.0.0.1:${(sender.address() as AddressInfo).port}`;
    const result = await runCommand(['status', '--url', url], { env: { RELAY365_TOKEN: 'a test value' } });
    expect(result.code).toBe(3);
    expect(asked).toEqual([]);
  } finally {
    elsewhere.close();
    sender.close();
  }
});
