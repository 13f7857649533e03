import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryOutcome, Failure } from '../../message/outcome.ts';
import { createConnector } from '../create.ts';
import type { ConnectorSecrets } from '../environment.ts';
import type { LeafOptions, TestAuthority, TestIdentity } from '../testing/certificates.ts';
import { createTestAuthority } from '../testing/certificates.ts';
import { never, testConfig, testDelivery, testEnvironment } from '../testing/delivery.ts';
import type { NextHopOptions } from '../testing/fake-next-hop.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';

const offers = ['PIPELINING', '8BITMIME', 'CHUNKING', 'STARTTLS'];

let authority: TestAuthority;
let stranger: TestAuthority;
let good: TestIdentity;

beforeAll(async () => {
  authority = await createTestAuthority();
  stranger = await createTestAuthority('Unknown Root');
  good = await authority.issue({ names: ['next-hop.test'], addresses: ['127.0.0.1'] });
});

interface Try {
  readonly hop: FakeNextHop;
  readonly outcome: DeliveryOutcome;
}

async function send(
  options: NextHopOptions,
  document: Record<string, unknown> = {},
  secrets: ConnectorSecrets = { ca: authority.certificate },
): Promise<Try> {
  await using hop = await FakeNextHop.start({ offers, ...options });
  const route = { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`], ...(document['route'] as object) };
  const config = testConfig({ ...document, route });
  await using connector = createConnector(config, testEnvironment({ secrets }));
  return { hop, outcome: await connector.attempt(testDelivery(), never) };
}

function failureOf({ outcome }: Pick<Try, 'outcome'>): Failure {
  const [result] = outcome.recipients;
  if (result?.kind !== 'failed') throw new Error(`expected a failure: ${JSON.stringify(result)}`);
  return result.failure;
}

function issued(options: LeafOptions): Promise<TestIdentity> {
  return authority.issue({ names: ['next-hop.test'], addresses: ['127.0.0.1'], ...options });
}

describe('a peer that says nothing during the handshake', () => {
  it.each([
    ['behind the answer to STARTTLS', { implicitTls: false }],
    ['with implicit TLS', { implicitTls: true }],
  ])('costs its time and no more: %s', async (_where, { implicitTls }) => {
    await using silent = await startSilentServer(implicitTls ? [] : ['220 hello', '250 STARTTLS', '220 go']);
    const config = testConfig({
      route: { type: 'smart-host', hosts: [`127.0.0.1:${silent.port}`] },
      implicitTls,
      timeouts: { connect: '1s' },
    });
    await using connector = createConnector(config, testEnvironment());
    const outcome = await connector.attempt(testDelivery(), never);
    expect(failureOf({ outcome })).toMatchObject({
      scope: 'connector',
      permanence: 'transient',
      stage: 'tls',
    });
    // Its own time is a second; without a limit of its own it would be half a minute.
    expect(outcome.endedAt - outcome.startedAt).toBeLessThan(20_000);
    expect(silent.heard()).not.toContain('MAIL');
  });
});

/** Says the lines one after the other, the first at once and each further one for what it hears, and then nothing more. */
async function startSilentServer(
  lines: readonly string[],
): Promise<AsyncDisposable & { readonly port: number; heard(): string }> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const left = [...lines];
    const say = (): void => {
      const line = left.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    };
    say();
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      say();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('tls: required', () => {
  it('verifies chain and name, and says so', async () => {
    const { hop, outcome } = await send({ identity: good });
    expect(outcome).toMatchObject({
      tls: { version: 'TLSv1.3', verified: true },
      recipients: [{ kind: 'relayed' }],
    });
    expect(hop.messages[0]?.secure).toBe(true);
    expect(hop.said('EHLO')).toHaveLength(2);
  });

  it('does so with TLS from the first byte', async () => {
    const { hop, outcome } = await send({ identity: good, implicitTls: true }, { implicitTls: true });
    expect(outcome).toMatchObject({ tls: { verified: true }, recipients: [{ kind: 'relayed' }] });
    expect(hop.said('STARTTLS')).toEqual([]);
  });

  it('takes serverName as the name to expect', async () => {
    const identity = await authority.issue({ names: ['mail.contoso.test'] });
    const { outcome } = await send({ identity }, { serverName: 'mail.contoso.test' });
    expect(outcome).toMatchObject({ tls: { verified: true }, recipients: [{ kind: 'relayed' }] });
  });

  const refusals: readonly [
    why: string,
    code: string,
    words: string,
    identity: () => Promise<TestIdentity>,
  ][] = [
    [
      'another name',
      'tls-name-mismatch',
      'DNS:other.test, and 127.0.0.1 was expected',
      () => authority.issue({ names: ['other.test'] }),
    ],
    [
      'an issuer that is unknown here',
      'tls-issuer-unknown',
      '`ca`',
      () => stranger.issue({ addresses: ['127.0.0.1'] }),
    ],
    [
      'an expired certificate',
      'tls-expired',
      'Jan  2 00:00:00 2021',
      () => issued({ notAfter: new Date('2021-01-02T00:00:00Z') }),
    ],
    [
      'one that is not yet valid',
      'tls-not-yet-valid',
      'clock',
      () => issued({ notBefore: new Date('2090-01-01T00:00:00Z') }),
    ],
  ];
  it.each(refusals)('refuses %s and never goes on in clear', async (_why, code, words, identity) => {
    const tried = await send({ identity: await identity() });
    expect(failureOf(tried)).toMatchObject({
      code,
      scope: 'connector',
      permanence: 'transient',
      stage: 'tls',
    });
    expect(failureOf(tried).text).toContain(words);
    expect(tried.hop.messages).toEqual([]);
    expect(tried.hop.said('MAIL')).toEqual([]);
    expect(tried.hop.connections).toBe(1);
  });

  const without: readonly [why: string, options: NextHopOptions, code: string][] = [
    ['STARTTLS is not offered (D18)', { offers: ['PIPELINING'] }, 'tls-not-offered'],
    [
      'STARTTLS is refused',
      { on: ({ verb }) => (verb === 'STARTTLS' ? '454 4.7.0 not now' : undefined) },
      'tls-refused',
    ],
    [
      'EHLO is refused',
      { on: ({ verb }) => (verb === 'EHLO' ? '502 5.5.1 what' : undefined) },
      'hello-refused',
    ],
    [
      'the server says no TLS after 220',
      { on: ({ verb }) => (verb === 'STARTTLS' ? { say: '220 go', end: 'close' } : undefined) },
      'tls-handshake-failed',
    ],
  ];
  it.each(without)('holds the mail when %s', async (_why, options, code) => {
    const tried = await send({ identity: good, ...options });
    expect(failureOf(tried)).toMatchObject({ code, scope: 'connector', permanence: 'transient' });
    expect(tried.hop.said('MAIL')).toEqual([]);
    expect(tried.hop.said('HELO')).toEqual([]);
  });

  it('recognises a port that does not speak TLS', async () => {
    const tried = await send({}, { implicitTls: true });
    expect(failureOf(tried)).toMatchObject({ code: 'tls-not-spoken', stage: 'tls' });
  });

  it('refuses a server that is older than minimumTls, and takes it where that is lowered', async () => {
    const options: NextHopOptions = { identity: good, maxVersion: 'TLSv1.1' };
    expect(failureOf(await send(options))).toMatchObject({ code: 'tls-version' });
    const { outcome } = await send(options, { minimumTls: '1.0' });
    expect(outcome).toMatchObject({
      tls: { version: 'TLSv1.1', verified: true },
      recipients: [{ kind: 'relayed' }],
    });
  });
});

describe('what is said in clear before TLS', () => {
  it.each(['required', 'opportunistic'])(
    'replies injected behind 220 end the connection (V3), tls: %s',
    async (tls) => {
      const login = { username: 'test-user', password: 'test-password' };
      const tried = await send(
        {
          identity: good,
          on: ({ verb }) => (verb === 'STARTTLS' ? '220 go\r\n250-injected\r\n250 AUTH PLAIN' : undefined),
        },
        { tls, route: { login } },
        { ca: authority.certificate, password: login.password },
      );
      expect(failureOf(tried)).toMatchObject({
        code: 'starttls-injection',
        scope: 'connector',
        permanence: 'transient',
      });
      expect(tried.hop.said('AUTH')).toEqual([]);
      expect(tried.hop.said('MAIL')).toEqual([]);
      expect(tried.hop.connections).toBe(1);
    },
  );

  it('capabilities offered in clear are forgotten (RFC 3207 4.2)', async () => {
    const { hop, outcome } = await send({
      identity: good,
      offers: [...offers, 'SIZE', 'DSN'],
      offersAfterTls: ['8BITMIME'],
    });
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.said('MAIL')).toEqual(['MAIL FROM:<a@example.com>']);
    expect(hop.said('BDAT')).toEqual([]);
  });
});

describe('tls: opportunistic', () => {
  it('uses TLS with a server that cannot be verified, and says so', async () => {
    const identity = await stranger.issue({ names: ['whoever.test'] });
    const { hop, outcome } = await send({ identity }, { tls: 'opportunistic' });
    expect(outcome).toMatchObject({ tls: { verified: false }, recipients: [{ kind: 'relayed' }] });
    expect(hop.messages[0]?.secure).toBe(true);
  });

  it('goes in clear where TLS is not offered', async () => {
    const { hop, outcome } = await send({ offers: ['PIPELINING'] }, { tls: 'opportunistic' });
    expect(outcome.tls).toBeUndefined();
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.connections).toBe(1);
  });

  it('goes in clear on a fresh connection where TLS fails', async () => {
    const { hop, outcome } = await send(
      {
        identity: good,
        on: ({ verb }) => (verb === 'STARTTLS' ? { say: '220 go', end: 'reset' } : undefined),
      },
      { tls: 'opportunistic' },
    );
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.messages).toMatchObject([{ connection: 2, secure: false }]);
  });
});

describe('tls: off', () => {
  it('does not use TLS that is offered', async () => {
    const { hop, outcome } = await send({ identity: good }, { tls: 'off' });
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.said('STARTTLS')).toEqual([]);
  });
});

describe('pinned certificates', () => {
  it('the pin is enough, whoever issued it', async () => {
    const identity = await stranger.issue({ names: ['whoever.test'] });
    const { outcome } = await send({ identity }, { pin: `sha256:${identity.fingerprint}` });
    expect(outcome).toMatchObject({ tls: { verified: true }, recipients: [{ kind: 'relayed' }] });
  });

  it.each(['required', 'opportunistic'])(
    'another certificate is refused however good it is, tls: %s',
    async (tls) => {
      const other = await authority.issue({ addresses: ['127.0.0.1'] });
      const tried = await send(
        { identity: good },
        { tls, pin: [`sha256:${other.fingerprint.toUpperCase()}`] },
      );
      expect(failureOf(tried)).toMatchObject({ code: 'tls-pin-mismatch' });
      expect(failureOf(tried).text).toContain(good.fingerprint);
      expect(tried.hop.said('MAIL')).toEqual([]);
    },
  );
});

describe('client certificates', () => {
  it('are presented', async () => {
    const client = await authority.issue({ names: ['relay.example.com'] });
    const { outcome } = await send(
      { identity: good, clientCa: authority.certificate },
      {},
      { ca: authority.certificate, certificate: client.certificate, key: client.key },
    );
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
  });

  it('say what is wrong when the server wants one', async () => {
    const tried = await send({ identity: good, clientCa: authority.certificate });
    expect(failureOf(tried)).toMatchObject({ scope: 'connector', permanence: 'transient' });
    expect(tried.hop.messages).toEqual([]);
  });
});

describe('login', () => {
  const login = { username: 'test-user', password: 'test-password' };
  const plain = Buffer.from('\0test-user\0test-password').toString('base64');

  async function logIn(options: NextHopOptions, tls = 'required'): Promise<Try> {
    const secrets = { ca: authority.certificate, password: login.password };
    return send({ identity: good, ...options }, { tls, route: { login } }, secrets);
  }

  it('uses PLAIN, after TLS', async () => {
    const { hop, outcome } = await logIn({ offersAfterTls: ['AUTH LOGIN PLAIN'] });
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.said('AUTH')).toEqual([`AUTH PLAIN ${plain}`]);
  });

  it('uses LOGIN where PLAIN is not offered', async () => {
    const { hop, outcome } = await logIn({ offersAfterTls: ['AUTH LOGIN'] });
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.lines).toContain(`1: ${Buffer.from('test-user').toString('base64')}`);
    expect(hop.lines).toContain(`1: ${Buffer.from('test-password').toString('base64')}`);
  });

  const faults: readonly [why: string, options: NextHopOptions, tls: string, code: string][] = [
    [
      'a wrong password holds the mail (D11)',
      { offersAfterTls: ['AUTH PLAIN'], on: ({ verb }) => (verb === 'AUTH' ? '535 5.7.8 no' : undefined) },
      'required',
      'login-refused',
    ],
    [
      'a server that cannot check now',
      { offersAfterTls: ['AUTH PLAIN'], on: ({ verb }) => (verb === 'AUTH' ? '454 4.7.0 later' : undefined) },
      'required',
      'login-deferred',
    ],
    ['no mechanism that is known', { offersAfterTls: ['AUTH XOAUTH2'] }, 'required', 'login-not-offered'],
    ['no login at all', { offersAfterTls: [] }, 'required', 'login-not-offered'],
    [
      'no TLS: the password does not go in clear',
      { offers: ['AUTH PLAIN'] },
      'opportunistic',
      'login-needs-tls',
    ],
  ];
  it.each(faults)('%s', async (_why, options, tls, code) => {
    const tried = await logIn(options, tls);
    expect(failureOf(tried)).toMatchObject({
      code,
      scope: 'connector',
      permanence: 'transient',
      stage: 'login',
    });
    expect(tried.hop.said('MAIL')).toEqual([]);
    expect(failureOf(tried).text).not.toContain('test-password');
  });

  it('goes in clear only where the administrator wrote tls: off', async () => {
    const { hop, outcome } = await logIn({ offers: ['AUTH PLAIN'] }, 'off');
    expect(outcome.recipients).toMatchObject([{ kind: 'relayed' }]);
    expect(hop.said('AUTH')).toEqual([`AUTH PLAIN ${plain}`]);
  });
});
