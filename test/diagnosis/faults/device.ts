/** Faults of devices, against a relay that runs: what the tester tells of the listener, and the explainer of what the device saw. */
import { connect as tcp } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { connect } from 'node:tls';
import { hashPassword } from '../../../src/policy/password.ts';
import type { TestRelay } from '../../harness/relay.ts';
import { startTestRelay } from '../../harness/relay.ts';
import { SmtpTalk } from '../../harness/smtp-talk.ts';
import type { Told } from '../patient.ts';
import { explain } from '../patient.ts';
import { converse, ended } from '../sse.ts';
import type { Fault } from './world.ts';
import { own } from './world.ts';

let running: Promise<TestRelay> | undefined;

function relay(): Promise<TestRelay> {
  running ??= start();
  return running;
}

async function start(): Promise<TestRelay> {
  const password = await hashPassword('test-password');
  const started = await startTestRelay({
    listener: { tls: 'starttls' },
    node: {
      listeners: [
        { name: 'devices', address: '127.0.0.1', port: 0, tls: 'starttls' },
        { name: 'implicit', address: '127.0.0.1', port: 0, tls: 'implicit' },
      ],
    },
    policy: {
      tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
      sources: [
        {
          name: 'printer',
          networks: ['10.1.4.20', '127.0.0.1'],
          senders: ['scan@contoso.com'],
          recipients: ['*@contoso.com'],
        },
        { name: 'erp', login: { username: 'erp', password }, senders: ['erp@contoso.com'], requireTls: true },
        { name: 'old', networks: ['10.1.4.30'], senders: ['scan@contoso.com'], expires: '2026-01-31' },
      ],
      connectors: [{ name: 'out', route: { type: 'smart-host', hosts: ['127.0.0.1:9'] }, tls: 'off' }],
    },
  });
  own(async () => started[Symbol.asyncDispose]());
  return started;
}

/** The tester as a device at this address. */
async function as(
  address: string,
  more: Record<string, unknown> = {},
  target: Record<string, unknown> = {},
): Promise<Told> {
  const view = ended(
    await converse(await relay(), {
      target: { kind: 'listener', listener: 'devices', address, ...target },
      sender: 'scan@contoso.com',
      recipient: 'ann@contoso.com',
      ...more,
    }),
  );
  const found = view.steps.find(({ outcome }) => outcome === 'fail');
  return {
    id: `tester ${found?.step ?? 'nothing'} ${found?.code ?? ''}`.trim(),
    cause: found?.explained ?? '',
    mend: found?.advice ?? '',
  };
}

/** What a device is told by its TLS library, explained. */
async function handshake(port: number, options: ConnectionOptions, startTls: boolean): Promise<Told> {
  const socket = tcp(port, '127.0.0.1');
  if (startTls) {
    await said(socket);
    socket.write('EHLO device\r\n');
    await said(socket);
    socket.write('STARTTLS\r\n');
    await said(socket);
  }
  const error = await new Promise<Error>((resolve) => {
    const secure = connect({ socket, ...options }, () => resolve(new Error('the handshake went well')));
    secure.on('error', resolve);
  });
  socket.destroy();
  return explain(error.message);
}

function said(socket: ReturnType<typeof tcp>): Promise<void> {
  return new Promise((resolve) => socket.once('data', () => resolve()));
}

/** The reply that a device got last, explained. */
async function heard(lines: readonly string[]): Promise<Told> {
  await using talk = await SmtpTalk.open((await relay()).port);
  let text = '';
  for (const line of lines) {
    const { code, lines: words } = await talk.say(line);
    text = words.map((word, index) => `${code}${index < words.length - 1 ? '-' : ' '}${word}`).join('\r\n');
  }
  return explain(text);
}

const portOf = async (name: string): Promise<number> => {
  const found = (await relay()).relay.listeners.find((listener) => listener.name === name);
  if (!found) throw new Error(`no listener ${name}`);
  return found.port;
};

export const deviceFaults: readonly Fault[] = [
  {
    fault: 'a device at an address that nobody allowed',
    told: () => as('10.9.9.9'),
    id: 'tester rcpt no-source',
    cause: '10.9.9.9 is in no network of any source',
    mend: 'Add the address to the networks of a source, or let the client log in',
  },
  {
    fault: 'a device whose permission has ended',
    told: () => as('10.1.4.30'),
    id: 'tester rcpt no-source',
    cause: 'the permission of old ended on 2026-01-31',
    mend: 'sources[].networks',
  },
  {
    fault: 'a device with a sender that it may not use',
    told: () => as('10.1.4.20', { sender: 'boss@contoso.com' }),
    id: 'tester mail sender-not-permitted',
    cause: 'printer may send as scan@contoso.com, not as boss@contoso.com',
    mend: 'Add the address to `senders` of the source',
  },
  {
    fault: 'a device with a recipient that it may not write to',
    told: () => as('10.1.4.20', { recipient: 'x@fabrikam.com' }),
    id: 'tester rcpt recipient-not-permitted',
    cause: 'printer may write to *@contoso.com, not to x@fabrikam.com',
    mend: 'Add the address to `recipients` of the source',
  },
  {
    fault: 'a device with a wrong password',
    told: () => as('10.9.9.9', {}, { login: { username: 'erp', password: 'wrong-test-value' } }),
    id: 'tester auth login-failed',
    cause: 'User name and password do not fit any source',
    mend: 'make a new hash with `relay365 source password`',
  },
  {
    fault: 'a device that sends without TLS where it must not',
    told: () => as('10.9.9.9', { sender: 'erp@contoso.com' }, { login: { username: 'erp' }, tls: false }),
    id: 'tester auth auth-needs-tls',
    cause: 'takes no password in clear, and the client did not switch to TLS',
    mend: 'Switch STARTTLS on in the client',
  },
  {
    fault: 'a device that knows TLS 1.0 only',
    told: async () =>
      handshake(
        await portOf('devices'),
        {
          rejectUnauthorized: false,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        },
        true,
      ),
    id: 'explainer tls-version-too-old',
    cause: 'no TLS version in common',
    mend: 'a listener of their own with `minimumTls: "1.0"`',
  },
  {
    fault: 'a device that speaks TLS from the first octet on a port with STARTTLS',
    told: async () => handshake(await portOf('devices'), { rejectUnauthorized: false }, false),
    id: 'explainer tls-port-mode',
    cause: 'the setting does not fit the port',
    mend: 'Set the device to STARTTLS for a listener with `tls: starttls`',
  },
  {
    fault: 'a device that does not trust the certificate of the listener',
    told: async () => handshake(await portOf('devices'), {}, true),
    id: 'explainer tls-certificate-not-trusted',
    cause: 'does not trust the certificate that it is shown',
    mend: 'Install the root on the device',
  },
  {
    fault: 'a device without a suite in common',
    told: async () =>
      handshake(
        await portOf('devices'),
        { rejectUnauthorized: false, maxVersion: 'TLSv1.2', ciphers: 'PSK-AES128-CBC-SHA' },
        true,
      ),
    id: 'explainer tls-no-shared-cipher',
    cause: 'no cipher suite, or no kind of key, in common',
    mend: 'with an RSA pair beside the EC pair',
  },
  {
    fault: 'a device that writes addresses without angle brackets',
    told: () => heard(['EHLO d', 'MAIL FROM:scan@contoso.com']),
    id: 'explainer relay365-syntax',
    cause: 'An argument of a command does not follow the grammar',
    mend: 'which quirk of the source puts up with it',
  },
  {
    fault: 'a device that logs in before STARTTLS',
    told: () => heard(['EHLO d', 'AUTH PLAIN AHRlc3QAdGVzdA==']),
    id: 'explainer relay365-auth-needs-tls',
    cause: 'wants to log in over a connection in clear',
    mend: 'Switch TLS on in the client',
  },
];
