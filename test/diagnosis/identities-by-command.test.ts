/** Conversation tester and simulator as a client with a login or a certificate, asked from the command line. */
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ConversationView, SimulationResult } from '../../contract/schemas.ts';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import { hashPassword } from '../../src/policy/password.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { makeWorkspace } from '../harness/workspace.ts';

// A test value.
const password = 'correct horse';

async function start() {
  const stack = new AsyncDisposableStack();
  const hop = stack.use(await startNextHop());
  const device = await (await createTestAuthority()).issue({ names: ['press.contoso.com'] });
  const fingerprint = new X509Certificate(device.certificate).fingerprint256;
  const workspace = stack.use(
    await makeWorkspace({
      listener: { tls: 'starttls' },
      policy: {
        sources: [
          {
            name: 'erp',
            login: { username: 'erp', password: await hashPassword(password) },
            senders: ['erp@contoso.com'],
          },
          {
            name: 'press',
            certificate: { fingerprint: `sha256:${fingerprint.replaceAll(':', '').toLowerCase()}` },
            senders: ['press@contoso.com'],
          },
        ],
        connectors: [
          { name: 'next-hop', route: { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`] }, tls: 'off' },
        ],
      },
    }),
  );
  const file = await workspace.write('press.pem', device.certificate);
  stack.use(await startTestRelay({ workspace }));
  const cli = (args: string, input = '') =>
    runCommand([...args.split(' '), '--config', workspace.configFile], { input });
  return { cli, hop, file, fingerprint, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('the tester is the client that shows this certificate or knows this password', async () => {
  await using world = await start();
  const { cli, file, fingerprint } = world;
  const talk = async (args: string, input?: string) => {
    const { code, stdout } = await cli(`test conversation --json --recipient a@example.net ${args}`, input);
    return { code, view: JSON.parse(stdout) as ConversationView };
  };
  for (const shown of [file, `sha256:${fingerprint}`]) {
    const { code, view } = await talk(`--as 192.0.2.7 --sender press@contoso.com --certificate ${shown}`);
    expect({ code, outcome: view.outcome, summary: view.summary }).toMatchObject({ code: 0, outcome: 'ok' });
  }
  const stranger = await talk('--as 192.0.2.7 --sender press@contoso.com');
  expect(stranger).toMatchObject({ code: 1, view: { outcome: 'fail' } });
  const login = '--as 192.0.2.7 --sender erp@contoso.com --login erp --password-stdin';
  expect(await talk(login, `${password}\n`)).toMatchObject({ code: 0, view: { outcome: 'ok' } });
  expect(await talk(login, 'wrong\n')).toMatchObject({ code: 1, view: { failedAt: 'auth' } });
  expect(world.hop.mails).toEqual([]);
});

test('the simulator judges the client that shows this certificate', async () => {
  await using world = await start();
  const ask = async (args: string) => {
    const { code, stdout } = await world.cli(
      `policy simulate a@example.net --address 192.0.2.7 --sender press@contoso.com --json ${args}`,
    );
    return { code, result: JSON.parse(stdout) as SimulationResult };
  };
  const { code, result } = await ask(`--certificate ${world.file}`);
  expect({ code, verdict: result.verdict, summary: result.summary }).toMatchObject({
    code: 0,
    verdict: 'accept',
  });
  expect(await ask('')).toMatchObject({ code: 1, result: { verdict: 'refuse' } });
});

test.each([
  ['--connector next-hop --login erp', '--login does not go with --connector'],
  ['--host 127.0.0.1:9 --certificate sha256:00', '--certificate does not go with --host'],
  ['--host 127.0.0.1:9 --login erp', '--password-stdin'],
  ['--as 192.0.2.7 --password-stdin', '--password-stdin goes with --login'],
  ['--as 192.0.2.7 --tls implicit', '--as takes --tls off or --tls starttls'],
  ['--as 192.0.2.7 --certificate no-such-file.pem', 'neither a file with a certificate nor a fingerprint'],
  ['--as 192.0.2.7 --certificate-trusted', '--certificate-trusted goes with --certificate'],
])('an option that would be ignored is refused: %s', async (args, words) => {
  await using workspace = await makeWorkspace({ policy: {} });
  const { code, stderr } = await runCommand([
    'test',
    'conversation',
    ...args.split(' '),
    '--config',
    workspace.configFile,
  ]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) as string });
});
