/** Real servers as next hop: npm's smtp-server always, Postfix's smtp-sink where Debian's package is installed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createConnector } from '../../src/connector/create.ts';
import type { TestAuthority, TestIdentity } from '../../src/connector/testing/certificates.ts';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import {
  inPieces,
  never,
  plainContent,
  testConfig,
  testDelivery,
  testEnvironment,
} from '../../src/connector/testing/delivery.ts';
import { quietPort } from '../harness/quiet-port.ts';

const large = Buffer.from(
  `Subject: large\r\n\r\n${'.every line begins with a dot, and there are many\r\n'.repeat(40_000)}`,
);

interface Received {
  readonly to: readonly string[];
  readonly content: Buffer;
  readonly secure: boolean;
  readonly user: string | undefined;
}

describe('smtp-server as next hop', () => {
  let authority: TestAuthority;
  let identity: TestIdentity;
  const received: Received[] = [];
  let server: SMTPServer;

  async function start(options: SMTPServerOptions): Promise<number> {
    received.length = 0;
    server = new SMTPServer({
      key: identity.key,
      cert: identity.certificate,
      authOptional: true,
      hideENHANCEDSTATUSCODES: false,
      hideDSN: false,
      size: 50 * 2 ** 20,
      onAuth: ({ username, password }, _session, done) => {
        const right = username === 'test-user' && password === 'test-password';
        done(right ? null : new Error('test login refused'), { user: username ?? '' });
      },
      onRcptTo: ({ address }, _session, done) => {
        done(
          address.startsWith('gone') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null,
        );
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const user = session.user;
          received.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            content: Buffer.concat(chunks),
            secure: session.secure,
            user: typeof user === 'string' ? user : undefined,
          });
          done(null);
        });
      },
      ...options,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return (server.server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    authority = await createTestAuthority();
    identity = await authority.issue({ addresses: ['127.0.0.1'] });
  });

  // After the connector is disposed of: the server waits half a minute for connections that are open.
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it.each([
    ['STARTTLS, verified', {}, {}],
    ['TLS from the first byte', { secure: true }, { implicitTls: true }],
    ['without TLS', { disabledCommands: ['STARTTLS'] }, { tls: 'off' }],
    ['without PIPELINING', { hidePIPELINING: true }, {}],
  ])('takes messages %s', async (_how, options, document) => {
    const port = await start(options);
    await using connector = createConnector(
      testConfig({ route: { type: 'smart-host', hosts: [`127.0.0.1:${port}`] }, ...document }),
      testEnvironment({ secrets: { ca: authority.certificate } }),
    );
    const to = ['first@example.net', 'gone@example.net', 'third@example.net'];
    const outcome = await connector.attempt(testDelivery({ to }), never);
    expect(outcome.recipients.map(({ kind }) => kind)).toEqual(['relayed', 'failed', 'relayed']);
    const big = await connector.attempt(
      testDelivery({ content: large, chunks: () => inPieces(large, 65_536) }),
      never,
    );
    expect(big.recipients.map(({ kind }) => kind)).toEqual(['relayed']);
    const isClear = 'tls' in document;
    expect(received.map(({ secure }) => secure)).toEqual([!isClear, !isClear]);
    expect(received[0]?.to).toEqual(['first@example.net', 'third@example.net']);
    expect(received[0]?.content.equals(plainContent)).toBe(true);
    expect(received[1]?.content.equals(large)).toBe(true);
  });

  it.each([
    ['test-password', 'relayed'],
    ['a wrong one', 'failed'],
  ])('checks the login: %s', async (password, kind) => {
    const port = await start({ authOptional: false });
    const login = { username: 'test-user', password };
    await using connector = createConnector(
      testConfig({ route: { type: 'smart-host', hosts: [`127.0.0.1:${port}`], login } }),
      testEnvironment({ secrets: { ca: authority.certificate, password } }),
    );
    const outcome = await connector.attempt(testDelivery(), never);
    expect(outcome.recipients.map((each) => each.kind)).toEqual([kind]);
    expect(received.map(({ user }) => user)).toEqual(kind === 'relayed' ? ['test-user'] : []);
  });
});

const sink = '/usr/sbin/smtp-sink';
const missing = existsSync(sink) ? '' : ` (skipped: ${sink} is missing; Debian's package postfix has it)`;

describe.skipIf(missing !== '')(`Postfix's smtp-sink as next hop${missing}`, () => {
  let directory: string;
  let child: ChildProcess;
  let port: number;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'relay365-sink-'));
    // As root, smtp-sink insists on another user, who must be able to write here.
    chmodSync(directory, 0o777);
    port = await quietPort();
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    child = spawn(sink, [...user, '-R', directory, '-d', 'message.', `127.0.0.1:${port}`, '100'], {
      stdio: 'inherit',
    });
    await listening(port);
  });

  afterAll(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(directory, { recursive: true });
  });

  it('takes many messages over few connections, octet for octet', async () => {
    await using connector = createConnector(
      testConfig({ route: { type: 'smart-host', hosts: [`127.0.0.1:${port}`] }, tls: 'off' }),
      testEnvironment(),
    );
    const content = Buffer.from('Subject: sink\r\n\r\nFirst\r\n.dot\r\n..two\r\n.\r\nlast\r\n');
    const attempts = Array.from({ length: 50 }, () => connector.attempt(testDelivery({ content }), never));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.map(({ recipients }) => recipients[0]?.kind)).toEqual(attempts.map(() => 'relayed'));
    // smtp-sink writes its own header fields above, and LF for CR LF; its files may be complete after its reply.
    const expected = content.toString('latin1').replaceAll('\r\n', '\n').trimEnd();
    const files = (): string[] =>
      readdirSync(directory).map((name) => readFileSync(join(directory, name), 'latin1').trimEnd());
    await expect.poll(() => files().filter((text) => text.endsWith(expected)).length).toBe(50);
    expect(files()).toHaveLength(50);
  });
});

/** Resolves once something takes connections there; smtp-sink does not say when it is ready. */
async function listening(port: number): Promise<void> {
  await vi.waitUntil(() => takesConnections(port), { timeout: 60_000 });
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
