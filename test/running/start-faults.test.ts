import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { loadNodeConfig } from '../../src/config/load.ts';
import { StartFailure, startRelay } from '../../src/main.ts';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import { startProcess } from '../harness/child.ts';
import { diskWith } from '../harness/disk-with.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

test('a failed start tells its reason, also when clearing up fails as well', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1), listener: { port } });
  const lines: string[] = [];
  const start = startRelay(await loadNodeConfig(workspace.configFile), {
    log: {
      write: (line) => void lines.push(line),
      flush() {
        throw new Error('the log cannot be written');
      },
    },
  });
  const failure = await start.catch((error: unknown) => error);
  other.close();
  expect(failure).toBeInstanceOf(StartFailure);
  expect((failure as Error).message).toContain(`127.0.0.1:${port} is in use`);
  expect(lines.join('')).toContain('the log cannot be written');
  // What the failed one had taken is free again.
  await workspace.write(
    'relay365.yaml',
    (await workspace.read('relay365.yaml')).replace(`port: ${port}`, 'port: 0'),
  );
  await using relay = await startTestRelay({ workspace });
  expect(relay.port).toBeGreaterThan(0);
});

test('an exception that nobody caught is logged, ends the process with 1, and the next start works', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const fault = "process.on('SIGUSR2', () => { throw new Error('made by a test'); })";
  await using relay = await startProcess(workspace.configFile, {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
  });
  process.kill(relay.pid, 'SIGUSR2');
  expect(await relay.exit).toBe(1);
  const line = relay.lines.find(({ event }) => event === 'fault');
  expect(line).toMatchObject({ where: 'process', text: 'made by a test', level: 'error' });
  expect(line?.['stack']).toContain('at process');
  await using again = await startProcess(workspace.configFile);
  expect(again.port).toBeGreaterThan(0);
});

test('a message larger than the room on the disk is refused at MAIL, a small one is taken', async () => {
  diskWith(2);
  await using relay = await startTestRelay({
    policy: loopbackPolicy(1),
    node: { minimumFree: '1.5 GiB' },
    listener: { limits: { messageBytes: '2 GiB' } },
  });
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const refusal = await talk.say(`MAIL FROM:<scanner@contoso.com> SIZE=${2 ** 30}`);
  expect(refusal.text).toMatch(/^452 4\.3\.1 /);
  expect((await talk.say('MAIL FROM:<scanner@contoso.com> SIZE=1000')).code).toBe(250);
});

test('the CA of client certificates is used beside the generated certificate, at the second start too', async () => {
  const authority = await createTestAuthority();
  const device = await authority.issue({ names: ['device.contoso.com'] });
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(1, {
      source: { networks: undefined, certificate: { subject: 'CN=device.contoso.com' } },
    }),
    listener: { tls: 'implicit' },
    node: { tls: { clientCa: './ca.pem' } },
  });
  await workspace.write('ca.pem', authority.certificate);
  for (const start of ['first', 'second']) {
    await using relay = await startTestRelay({ workspace });
    const socket = connect({
      port: relay.port,
      cert: device.certificate,
      key: device.key,
      rejectUnauthorized: false,
    });
    let said = '';
    socket.setEncoding('latin1').on('data', (text: string) => (said += text));
    socket.write(
      'EHLO client.example\r\nMAIL FROM:<scanner@contoso.com>\r\nRCPT TO:<a@fabrikam.example>\r\nQUIT\r\n',
    );
    await once(socket, 'close');
    expect({ start, said }).toMatchObject({ said: expect.stringContaining('250 2.1.5') });
  }
});
