/**
 * The stand-in for Microsoft 365 alone, with clients that know nothing of the relay: it must be what they believe an
 * Exchange Online to be, and not only what our own client believes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Arrival, Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { runCommand } from '../harness/child.ts';
import { sampleContent } from '../harness/workspace.ts';

const to = 'someone@fabrikam.example';
const byPrinter = { subject: expect.stringContaining('printer.contoso.com') };
let sandbox: Sandbox;
let directory: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  directory = await mkdtemp(join(tmpdir(), 'relay365-interop-'));
  const { chainPem, keyPem } = await sandbox.issueClientCertificate({
    names: ['printer.contoso.com'],
    purposes: ['client'],
  });
  for (const [name, text] of Object.entries({ ca: sandbox.caPem, chain: chainPem, key: keyPem })) {
    await writeFile(join(directory, `${name}.pem`), text);
  }
});
afterAll(async () => {
  await sandbox.stop();
  await rm(directory, { recursive: true, force: true });
});

function arrived(subject: string): Promise<Arrival> {
  const fits = ({ content }: Arrival): boolean => content.includes(`Subject: ${subject}\r\n`);
  return sandbox.waitFor(fits, AbortSignal.timeout(60_000));
}

const hasSwaks = spawnSync('swaks', ['--version']).error === undefined;
if (!hasSwaks) process.stderr.write('skipped: swaks is not installed here\n');

describe.skipIf(!hasSwaks)('swaks', () => {
  const swaks = async (subject: string, from: string, more: readonly string[]): Promise<string> => {
    const content = `${sampleContent(subject).replace('scanner@contoso.com', from)}\r\n`.replaceAll(
      '\r\n',
      '\n',
    );
    const common = [
      '--ehlo',
      'printer.contoso.com',
      '--from',
      from,
      '--to',
      to,
      '--tls',
      '--tls-verify',
      '--data',
      content,
    ];
    const ca = ['--tls-ca-path', join(directory, 'ca.pem')];
    const result = await runCommand([...common, ...ca, ...more], { file: 'swaks' });
    expect(result).toMatchObject({ code: 0 });
    return result.stdout;
  };

  test('to the MX host by client certificate', async () => {
    const files = ['--tls-cert', join(directory, 'chain.pem'), '--tls-key', join(directory, 'key.pem')];
    const said = await swaks('swaks mx', 'scanner@contoso.com', [
      '--server',
      `127.0.0.1:${sandbox.mx.port}`,
      ...files,
    ]);
    expect(said).toContain('Queued mail for delivery');
    const arrival = await arrived('swaks mx');
    expect(arrival).toMatchObject({ route: 'mx', client: { certificate: byPrinter } });
  });

  test('to the submission host by LOGIN', async () => {
    const { port, mailbox, password } = sandbox.submission;
    const login = ['--auth', 'LOGIN', '--auth-user', mailbox, '--auth-password', password];
    await swaks('swaks submission', mailbox, ['--server', `127.0.0.1:${port}`, ...login]);
    expect(await arrived('swaks submission')).toMatchObject({ route: 'submission', login: mailbox });
  });
});

test('nodemailer to the MX host by client certificate', async () => {
  const { port, name } = sandbox.mx;
  const [cert, key] = await Promise.all(
    ['chain', 'key'].map((one) => readFile(join(directory, `${one}.pem`))),
  );
  const tls = { ca: sandbox.caPem, servername: name, cert, key };
  const transport = createTransport({ host: '127.0.0.1', port, requireTLS: true, tls });
  const raw = sampleContent('nodemailer mx');
  await transport.sendMail({ envelope: { from: 'scanner@contoso.com', to }, raw });
  expect(await arrived('nodemailer mx')).toMatchObject({ route: 'mx', client: { certificate: byPrinter } });
});
