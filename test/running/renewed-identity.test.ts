/** Certificates of listeners and console are taken up when their files are replaced, as whoever renews them does it. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { selfSigned } from '../../src/platform/certificates.ts';
import { runCommand, startProcess } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const made = (name = 'relay.test.example') => selfSigned(name, { now: new Date(), days: 2 });
const printOf = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

async function replace(workspace: Workspace, name: string, text: string): Promise<void> {
  const file = await workspace.write(`${name}.new`, text);
  await rename(file, file.replace(/\.new$/, ''));
}

async function put(workspace: Workspace, pair: { certificate: string; key: string }, name = 'listener') {
  await replace(workspace, `${name}.pem`, pair.certificate);
  await replace(workspace, `${name}-key.pem`, pair.key);
}

/** What a server shows in a handshake from the first octet. */
async function shownAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const print = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
  socket.destroy();
  return print.replaceAll(':', '').toLowerCase();
}

const files = { certificate: './listener.pem', key: './listener-key.pem' };

test('a listener shows the renewed certificate, and a session that is open goes on', async () => {
  const [first, second] = [await made(), await made()];
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(1),
    node: { tls: files },
    listener: { tls: 'implicit' },
  });
  await put(workspace, first);
  await using relay = await startTestRelay({ workspace });
  expect(await shownAt(relay.port)).toBe(printOf(first.certificate));
  const open = connect({ port: relay.port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(open, 'data');
  await put(workspace, second);
  await relay.event('certificate-in-use', ({ fingerprint }) => fingerprint === printOf(second.certificate));
  expect(await shownAt(relay.port)).toBe(printOf(second.certificate));
  open.write('NOOP\r\n');
  expect(String((await once(open, 'data'))[0])).toMatch(/^250 /);
  open.destroy();
});

test('STARTTLS shows it as well, and mail sent meanwhile is taken', async () => {
  const [first, second] = [await made(), await made()];
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1), node: { tls: files } });
  await put(workspace, first);
  await using relay = await startTestRelay({ workspace });
  const send = async (subject: string): Promise<void> => {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    await talk.startTls();
    await talk.say('EHLO client.example');
    const mail = { from: 'scanner@contoso.com', to: ['someone@fabrikam.example'] };
    expect((await talk.send({ ...mail, content: sampleContent(subject) })).code).toBe(250);
  };
  const load = (async () => {
    for (let number = 0; number < 30; number++) await send(`mail ${number}`);
  })();
  await put(workspace, second);
  await relay.event('certificate-in-use', ({ fingerprint }) => fingerprint === printOf(second.certificate));
  await load;
  await send('afterwards');
});

test('a certificate without its key is told and not used, until the key comes', async () => {
  const [first, second] = [await made(), await made()];
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(1),
    node: { tls: files },
    listener: { tls: 'implicit' },
  });
  await put(workspace, first);
  await using relay = await startTestRelay({ workspace });
  await replace(workspace, 'listener.pem', second.certificate);
  await relay.event('warning', ({ text }) => text.includes('do not belong together'));
  expect(await shownAt(relay.port)).toBe(printOf(first.certificate));
  await replace(workspace, 'listener-key.pem', second.key);
  await relay.event('certificate-in-use');
  expect(await shownAt(relay.port)).toBe(printOf(second.certificate));
});

test.each([
  { name: 'its own', tls: { certificate: './console.pem', key: './console-key.pem' }, file: 'console' },
  { name: 'that of the listeners', tls: true, file: 'listener' },
])('the console shows $name, and commands trust it', async ({ tls, file }) => {
  const [first, second] = [await made(), await made()];
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(1),
    node: { tls: files, console: { address: '127.0.0.1', port: 0, tls } },
  });
  await put(workspace, first);
  await put(workspace, first, 'console');
  await using relay = await startTestRelay({ workspace });
  const port = Number(new URL(relay.relay.consoleUrl ?? '').port);
  expect(await shownAt(port)).toBe(printOf(first.certificate));
  await put(workspace, second, file);
  await expect.poll(() => shownAt(port)).toBe(printOf(second.certificate));
  await expect
    .poll(async () => (await runCommand(['status', '--config', workspace.configFile])).stdout)
    .toContain('accepting mail');
  const listed = await runCommand(['certificates', '--json', '--config', workspace.configFile]);
  const { items } = JSON.parse(listed.stdout) as { items: { kind: string; fingerprint?: string }[] };
  // One of the listeners is listed as theirs.
  expect(items.filter(({ kind }) => kind === 'console-certificate').map((one) => one.fingerprint)).toEqual(
    tls === true ? [] : [`sha256:${printOf(second.certificate)}`],
  );
});

test('SIGHUP reads it, also where no watch tells of it', async () => {
  const [first, second] = [await made(), await made()];
  await using workspace = await makeWorkspace({
    policy: loopbackPolicy(1),
    node: { tls: files },
    listener: { tls: 'implicit' },
  });
  await put(workspace, first);
  await using relay = await startProcess(workspace.configFile);
  process.kill(relay.pid, 'SIGHUP');
  await relay.event('certificate-in-use', ({ fingerprint }) => fingerprint === printOf(first.certificate));
  await put(workspace, second);
  await relay.event('certificate-in-use', ({ fingerprint }) => fingerprint === printOf(second.certificate));
});
