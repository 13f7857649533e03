/** TLS of listeners with real handshakes: versions, identities, client certificates. */
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate, webcrypto } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testPolicy, testSurroundings } from '../../test/conversations/surroundings.ts';
import { WireClient } from '../../test/conversations/wire-client.ts';
import { selfSigned } from '../platform/certificates.ts';
import { type Listener, startListener } from './listener.ts';

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

let rsa: Pair;
let ecdsa: Pair;
const listeners: Listener[] = [];
const oldest = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

beforeAll(async () => {
  rsa = await selfSigned('relay.test', { now: new Date(), days: 1 });
  ecdsa = await selfSigned('relay.test', { now: new Date(), days: 1, kind: 'ecdsa' });
});

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close(0)));
});

async function start(around: ReturnType<typeof testSurroundings>): Promise<number> {
  const listener = await startListener(around.options);
  listeners.push(listener);
  return listener.port;
}

/** Connects, starts TLS as the listener wants it, and says what came of it. */
async function handshake(port: number, tls: 'starttls' | 'implicit', options: ConnectionOptions) {
  const client = await WireClient.connect(port);
  if (tls === 'starttls') {
    await client.replies();
    await client.command('EHLO c');
    await client.command('STARTTLS');
  }
  try {
    const socket = await client.startTls(options);
    if (tls === 'implicit') await client.replies();
    const hello = await client.command('EHLO c');
    expect(hello).toMatch(/^250-/);
    return { version: socket.getProtocol(), certificate: socket.getPeerX509Certificate(), client };
  } catch (error) {
    return { version: undefined, error, client };
  } finally {
    client.socket.unref();
  }
}

describe('protocol versions', () => {
  const versions = [
    ['1.0', 'TLSv1'],
    ['1.1', 'TLSv1.1'],
    ['1.2', 'TLSv1.2'],
    ['1.3', 'TLSv1.3'],
  ] as const;
  const cases = versions.flatMap(([minimum], least) =>
    versions.map(([, version], offered) => ({ minimum, version, works: offered >= least })),
  );

  it.each(cases)(
    'minimumTls $minimum and a client of $version: $works',
    async ({ minimum, version, works }) => {
      for (const tls of ['starttls', 'implicit'] as const) {
        const around = testSurroundings({ tls, minimumTls: minimum }, { identity: { pairs: [rsa, ecdsa] } });
        const result = await handshake(await start(around), tls, {
          ...oldest,
          minVersion: version,
          maxVersion: version,
        });
        expect(result.version).toBe(works ? version : undefined);
        result.client.destroy();
      }
    },
  );

  it('says in words why an old client failed', async () => {
    const around = testSurroundings({ tls: 'implicit' }, { identity: { pairs: [rsa] } });
    const result = await handshake(await start(around), 'implicit', { ...oldest, maxVersion: 'TLSv1' });
    expect(result.version).toBeUndefined();
    expect(around.events.list).toContainEqual(
      expect.objectContaining({
        rule: 'tls-handshake',
        text: 'the client offers only TLS versions below 1.2 (minimumTls of the listener)',
      }),
    );
    result.client.destroy();
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;

  it.skipIf(!openssl)(
    'takes a TLS 1.0 handshake of the openssl program, and only where it is switched on',
    async () => {
      const old = await start(testSurroundings({ minimumTls: '1.0' }, { identity: { pairs: [rsa] } }));
      const modern = await start(testSurroundings({}, { identity: { pairs: [rsa] } }));
      expect(await sClient(old)).toMatch(/Protocol *: TLSv1\n/);
      expect(await sClient(modern)).toMatch(/alert protocol version/);
    },
  );
});

function sClient(port: number): Promise<string> {
  const words = ['s_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-tls1'];
  const child = spawn('openssl', [...words, '-cipher', 'DEFAULT@SECLEVEL=0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}

describe('identities', () => {
  it.each([
    ['ECDHE-RSA-AES256-GCM-SHA384', 'rsa'],
    ['AES256-SHA', 'rsa'],
    ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ec'],
  ])('a client that knows only %s gets the %s certificate', async (ciphers, kind) => {
    const around = testSurroundings({ tls: 'implicit' }, { identity: { pairs: [rsa, ecdsa] } });
    const result = await handshake(await start(around), 'implicit', { ciphers, maxVersion: 'TLSv1.2' });
    expect(result.certificate?.publicKey.asymmetricKeyType).toBe(kind);
    result.client.destroy();
  });

  it('is refused at start when key and certificate do not belong together', async () => {
    const mixed = { pairs: [{ certificate: rsa.certificate, key: ecdsa.key }] };
    await expect(startListener(testSurroundings({}, { identity: mixed }).options)).rejects.toThrow(
      'do not belong together',
    );
    await expect(startListener(testSurroundings({}, { identity: { pairs: [] } }).options)).rejects.toThrow(
      'needs a certificate',
    );
  });
});

describe('client certificates', () => {
  const fingerprint = (pair: Pair): string =>
    new X509Certificate(pair.certificate).fingerprint256.replaceAll(':', '').toLowerCase();

  async function send(
    policy: ReturnType<typeof testPolicy>,
    clientCa: string | undefined,
    certificate: Pair | undefined,
  ) {
    const identity = { pairs: [rsa], ...(clientCa === undefined ? {} : { clientCa }) };
    const around = testSurroundings({ tls: 'implicit' }, { identity, policy });
    const options = certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key };
    const { client } = await handshake(await start(around), 'implicit', options);
    client.send('MAIL FROM:<x@device.example>\r\nRCPT TO:<b@contoso.com>\r\nDATA\r\nx\r\n.\r\n');
    await client.replies(3);
    client.destroy();
    return around;
  }

  it('identify a source by pinned fingerprint, with no CA at all', async () => {
    const source = {
      name: 'pinned',
      certificate: { fingerprint: `sha256:${fingerprint(ecdsa)}` },
      senders: ['*'],
    };
    const around = await send(testPolicy([source]), undefined, ecdsa);
    expect(around.acceptance.stored[0]?.transaction).toMatchObject({
      source: { name: 'pinned' },
      client: { certificate: `sha256:${fingerprint(ecdsa)}`, tls: { verified: false } },
    });
  });

  it('identify a source by name only where a CA of ours vouches for it', async () => {
    const source = { name: 'named', certificate: { subject: 'relay.test' }, senders: ['*'] };
    const trusted = await clientPair();
    const around = await send(testPolicy([source]), trusted.ca, trusted);
    expect(around.acceptance.stored[0]?.transaction).toMatchObject({
      source: { name: 'named' },
      client: { tls: { verified: true } },
    });
    const forged = await send(testPolicy([source]), trusted.ca, ecdsa);
    expect(forged.acceptance.stored).toEqual([]);
  });

  it('are not asked for where no source has one', async () => {
    const around = testSurroundings({ tls: 'implicit' }, { identity: { pairs: [rsa] } });
    const { client } = await handshake(await start(around), 'implicit', {
      cert: ecdsa.certificate,
      key: ecdsa.key,
    });
    client.send('MAIL FROM:<x@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\nDATA\r\nx\r\n.\r\n');
    await client.replies(4);
    expect(around.acceptance.stored[0]?.transaction.client.certificate).toBeUndefined();
    client.destroy();
  });
});

/** A CA and a client certificate of it for `relay.test`. */
async function clientPair(): Promise<Pair & { readonly ca: string }> {
  const x509 = await import('@peculiar/x509');
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const generate = async (): Promise<webcrypto.CryptoKeyPair> =>
    await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const caKeys = await generate();
  const keys = await generate();
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: 'CN=Device CA',
    keys: caKeys,
    signingAlgorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: '02',
    subject: 'CN=device-1',
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'relay.test' }]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    ca: ca.toString('pem'),
    certificate: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
