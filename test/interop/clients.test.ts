/** Real mail programs as clients: what they send arrives unchanged. Those that are not installed are skipped, visibly. */
import { spawnSync } from 'node:child_process';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import type { NextHop } from '../harness/next-hop.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';
import { hashPassword } from '../../src/policy/password.ts';

const user = 'erp';
const password = 'test-password-of-erp';
let nextHop: NextHop;
let relay: TestRelay;

beforeAll(async () => {
  nextHop = await startNextHop();
  const policy = loopbackPolicy(nextHop.port) as { sources: object[] };
  policy.sources.push({
    name: 'erp',
    login: { username: user, password: await hashPassword(password) },
    requireTls: true,
    senders: ['*@erp.contoso.com'],
  });
  relay = await startTestRelay({ policy });
});
afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await nextHop[Symbol.asyncDispose]();
});

/** The message of this subject as it arrived, with the Received field of the relay taken off the top. */
async function arrived(subject: string) {
  for (let count = 1; ; count = nextHop.mails.length + 1) {
    const mails = await nextHop.arrived(count);
    const mail = mails.find(({ content }) => content.includes(`Subject: ${subject}\r\n`));
    if (!mail) continue;
    const text = mail.content.toString('latin1');
    expect(text).toMatch(/^Received: from /);
    return { ...mail, text: text.replace(/^Received: .*\r\n(?:[ \t].*\r\n)*/, '') };
  }
}

function installed(program: string, ...args: string[]): boolean {
  const found = spawnSync(program, args.length > 0 ? args : ['--version'], { stdio: 'ignore' });
  const usable = found.error === undefined;
  if (!usable) process.stderr.write(`skipped: ${program} is not installed here\n`);
  return usable;
}

async function run(file: string, args: readonly string[], input = ''): Promise<string> {
  const result = await runCommand(args, { file, input });
  expect({ ...result, file }).toMatchObject({ code: 0 });
  return result.stdout + result.stderr;
}

const from = 'scanner@contoso.com';
const to = 'someone@fabrikam.example';
const contentOf = (subject: string) => `${sampleContent(subject)}\r\n`;

describe('nodemailer', () => {
  const transport = (more: object) =>
    createTransport({ host: '127.0.0.1', port: relay.port, tls: { rejectUnauthorized: false }, ...more });

  test.each([
    ['in clear', {}, from],
    ['over STARTTLS with a login', { requireTLS: true, auth: { user, pass: password } }, 'x@erp.contoso.com'],
    [
      'over STARTTLS with AUTH LOGIN',
      { requireTLS: true, auth: { user, pass: password }, authMethod: 'LOGIN' },
      'x@erp.contoso.com',
    ],
  ])('%s', async (name, more, sender) => {
    const subject = `nodemailer ${name}`;
    const raw = contentOf(subject).replaceAll(from, sender);
    await transport(more).sendMail({ envelope: { from: sender, to }, raw });
    expect((await arrived(subject)).text).toBe(raw);
  });

  test('with a UTF-8 body and an attachment that it composes itself', async () => {
    const subject = 'nodemailer composed';
    await transport({}).sendMail({
      from,
      to,
      subject,
      text: 'Größe: 5 µm',
      attachments: [{ filename: 'scan.pdf', content: Buffer.alloc(200_000, 7) }],
    });
    const { text } = await arrived(subject);
    expect(text).toContain('scan.pdf');
    expect(text.replaceAll('\r\n', '')).toContain(
      Buffer.alloc(200_000, 7).toString('base64').slice(0, 60_000),
    );
  });

  test('is told in words when a sender is not allowed', async () => {
    const sending = transport({}).sendMail({
      envelope: { from: 'x@other.example', to },
      raw: contentOf('refused'),
    });
    await expect(sending).rejects.toMatchObject({ responseCode: 550 });
  });
});

test.skipIf(!installed('swaks'))('swaks, with TLS and a login', async () => {
  const subject = 'swaks';
  const sender = 'x@erp.contoso.com';
  const said = await run('swaks', [
    '--server',
    `127.0.0.1:${relay.port}`,
    '--from',
    sender,
    '--to',
    to,
    '--tls',
    '--auth',
    'PLAIN',
    '--auth-user',
    user,
    '--auth-password',
    password,
    '--data',
    contentOf(subject).replaceAll(from, sender).replaceAll('\r\n', '\n'),
  ]);
  expect(said).toContain('235');
  const mail = await arrived(subject);
  expect(mail.from).toBe(sender);
  expect(mail.text).toContain('\r\n.A line that begins with a dot.\r\n');
});

test.skipIf(!installed('msmtp'))('msmtp, as sendmail of a server', async () => {
  const subject = 'msmtp';
  const config = await relay.workspace.write(
    'msmtprc',
    `account default\nhost 127.0.0.1\nport ${relay.port}\nfrom ${from}\nauth off\ntls off\n`,
  );
  await runCommand(['600', config], { file: 'chmod' });
  await run('msmtp', ['-C', config, to], contentOf(subject).replaceAll('\r\n', '\n'));
  expect((await arrived(subject)).text).toBe(contentOf(subject));
});

test.skipIf(!installed('curl'))(
  'curl, with STARTTLS verified against the certificate of the relay',
  async () => {
    const subject = 'curl';
    const file = await relay.workspace.write('curl.eml', contentOf(subject));
    await run('curl', [
      '-sS',
      '--ssl-reqd',
      '--cacert',
      relay.workspace.caFile,
      '--resolve',
      `relay.test.example:${relay.port}:127.0.0.1`,
      '--url',
      `smtp://relay.test.example:${relay.port}/client.example`,
      '--mail-from',
      from,
      '--mail-rcpt',
      to,
      '--upload-file',
      file,
    ]);
    expect((await arrived(subject)).text).toBe(contentOf(subject));
  },
);

test.skipIf(!installed('python3'))('smtplib of Python', async () => {
  const subject = 'smtplib';
  const script = `
import smtplib, ssl, sys
context = ssl._create_unverified_context()
with smtplib.SMTP("127.0.0.1", ${relay.port}) as client:
    client.starttls(context=context)
    client.login("${user}", "${password}")
    client.sendmail("x@erp.contoso.com", ["${to}", "other@fabrikam.example"], sys.stdin.buffer.read())
`;
  const raw = contentOf(subject).replaceAll(from, 'x@erp.contoso.com');
  await run('python3', ['-c', script], raw);
  const mail = await arrived(subject);
  expect(mail.text).toBe(raw);
  expect(mail.to).toEqual([to, 'other@fabrikam.example']);
});

test.skipIf(!installed('openssl', 'version'))('s_client of OpenSSL, typed by hand', async () => {
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${relay.port}`,
    '-starttls',
    'smtp',
    '-crlf',
    '-quiet',
    '-ign_eof',
  ];
  const said = await run(
    'openssl',
    [...args, '-verify_return_error', '-CAfile', relay.workspace.caFile],
    'EHLO client.example\nMAIL FROM:<scanner@contoso.com>\nRCPT TO:<someone@fabrikam.example>\nRSET\nQUIT\n',
  );
  expect(said).toContain('250 2.1.5');
  expect(said).toContain('221 2.0.0');
});
