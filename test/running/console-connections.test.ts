/** The console from the outside: behind a reverse proxy, and while somebody opens connections and says nothing. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy } from '../harness/workspace.ts';

interface Sent {
  /** An address of this machine to ask from. */
  readonly from?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: unknown;
}

function send(
  relay: TestRelay,
  path: string,
  { from = '127.0.0.1', method = 'GET', headers = {}, body }: Sent,
) {
  return new Promise<number>((resolve, reject) => {
    const asked = request(
      `${relay.relay.consoleUrl}${path}`,
      {
        method,
        localAddress: from,
        agent: false,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

let guesses = 0;

/** Each guess is at another name, so that it is the address that is locked out. */
function signIn(relay: TestRelay, sent: Sent) {
  guesses += 1;
  const body = { username: `nobody-${guesses}`, password: 'a wrong password of a test' };
  return send(relay, '/api/v1/session', { method: 'POST', body, ...sent });
}

function start(console: Record<string, unknown>) {
  return startTestRelay({
    policy: loopbackPolicy(1),
    node: { console: { address: '127.0.0.1', port: 0, ...console }, logins: { failures: 2, lockout: '1h' } },
  });
}

test('behind a listed proxy each client is locked out alone, and the audit log names it', async () => {
  await using relay = await start({ trustedProxies: { networks: ['127.0.0.2'] } });
  const through = (written: string | string[]) =>
    signIn(relay, { from: '127.0.0.2', headers: { 'x-forwarded-for': written } });
  // What the client writes itself changes at each guess, and does not help it.
  expect(await through('192.0.2.1, 198.51.100.9')).toBe(401);
  expect(await through(['192.0.2.2, 127.0.0.2', '198.51.100.9'])).toBe(401);
  expect(await through('for=192.0.2.3, 198.51.100.9')).toBe(429);
  expect(await through('198.51.100.10')).toBe(401);
  const ask = asking(relay);
  const { lockOuts } = await ask('securityOverview');
  expect(lockOuts.flatMap(({ kind, key }) => (kind === 'address' ? [key] : []))).toEqual(['198.51.100.9']);
  const { items } = await ask('audit', { query: { action: 'signIn' } });
  expect(items.map(({ address }) => address).toReversed()).toEqual([
    '198.51.100.9',
    '198.51.100.9',
    '198.51.100.9',
    '198.51.100.10',
  ]);
});

test('nobody else is believed, whatever field it writes', async () => {
  await using relay = await start({ trustedProxies: { networks: ['127.0.0.2'] } });
  const claims = (address: string) => ({
    'x-forwarded-for': address,
    forwarded: `for=${address}`,
    'x-real-ip': address,
  });
  expect(await signIn(relay, { headers: claims('198.51.100.1') })).toBe(401);
  expect(await signIn(relay, { headers: claims('198.51.100.2') })).toBe(401);
  expect(await signIn(relay, { headers: claims('198.51.100.3') })).toBe(429);
  // Nor is the field that the proxy does not write.
  expect(await signIn(relay, { from: '127.0.0.2', headers: { forwarded: 'for=198.51.100.4' } })).not.toBe(
    429,
  );
  const { items } = await asking(relay)('audit', { query: { action: 'signIn' } });
  expect(items.map(({ address }) => address).toReversed()).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.2',
  ]);
});

/** Connections that begin a request and never end it; resolves when all are there. */
async function halfOpen(relay: TestRelay, count: number, from: string): Promise<readonly Socket[]> {
  const { port } = new URL(relay.relay.consoleUrl ?? '');
  const sockets = Array.from({ length: count }, () =>
    connect({ host: '127.0.0.1', port: Number(port), localAddress: from }),
  );
  // What nobody reads is never seen to end.
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nHost: 127');
  return sockets;
}

test('one address with many half-open connections shuts nobody else out', async () => {
  await using relay = await start({ limits: { connections: 300, connectionsPerAddress: 20, header: '10m' } });
  const sockets = await halfOpen(relay, 250, '127.0.0.9');
  // Those beyond its share are closed, and the others keep theirs.
  const closed = () => sockets.filter(({ closed: isClosed }) => isClosed).length;
  await expect.poll(closed).toBe(230);
  expect(await send(relay, '/healthz', {})).toBe(200);
  expect(closed()).toBe(230);
  await expect(send(relay, '/healthz', { from: '127.0.0.9' })).rejects.toThrow(/hang up|ECONNRESET/);
  // Room that one gives back can be used again.
  const open = sockets.filter((socket) => !socket.closed);
  open[0]?.destroy();
  await expect.poll(() => send(relay, '/healthz', { from: '127.0.0.9' }).catch(() => 0)).toBe(200);
  for (const socket of sockets) socket.destroy();
});

test('a listed proxy is not held to the share of one address', async () => {
  await using relay = await start({
    trustedProxies: { networks: ['127.0.0.2'] },
    limits: { connections: 300, connectionsPerAddress: 5, header: '10m' },
  });
  const sockets = await halfOpen(relay, 20, '127.0.0.2');
  expect(await send(relay, '/healthz', { from: '127.0.0.2' })).toBe(200);
  expect(sockets.filter(({ closed }) => closed)).toEqual([]);
  for (const socket of sockets) socket.destroy();
});

test('what has no header in its time is closed, also where all connections are taken', async () => {
  await using relay = await start({
    limits: { connections: 30, connectionsPerAddress: 30, header: '500ms' },
  });
  const sockets = await halfOpen(relay, 30, '127.0.0.9');
  await expect.poll(() => sockets.every(({ closed, destroyed }) => closed || destroyed)).toBe(true);
  await expect.poll(() => send(relay, '/healthz', {}).catch(() => 0)).toBe(200);
});

test('nor is a handshake waited for that never ends', async () => {
  await using relay = await start({
    tls: true,
    limits: { connections: 30, connectionsPerAddress: 30, header: '500ms' },
  });
  const sockets = await halfOpen(relay, 5, '127.0.0.9');
  await expect.poll(() => sockets.every(({ closed }) => closed)).toBe(true);
});
