import { createHash } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function between(serve: (socket: Socket) => void, more: { delayMs: number; bytesMax?: number }) {
  const server: Server = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const proxy: DelayProxy = await startDelayProxy({ targetPort: port, ...more });
  stops.push(
    () => proxy.stop(),
    async () => void server.close(),
  );
  return proxy;
}

function open({ port }: DelayProxy): Socket {
  return connect({ host: '127.0.0.1', port, allowHalfOpen: true });
}

/** Everything up to the end of this direction; the other one stays open. */
function all(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
  });
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

it('carries every octet in order, more of them than its bound, and the end of one direction before the other', async () => {
  const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251));
  const echoed = async (socket: Socket): Promise<void> => {
    // Answers only after the end of what comes: without the half-close it would wait for ever.
    socket.end(await all(socket));
  };
  const socket = open(await between((peer) => void echoed(peer), { delayMs: 2, bytesMax: 65_536 }));
  socket.end(sent);
  expect(digest(await all(socket))).toBe(digest(sent));
});

it('an answer takes two crossings, and the first one the opening of a connection besides', async () => {
  const proxy = await between((peer) => peer.on('data', () => peer.write('answer')).write('banner'), {
    delayMs: 20,
  });
  const startedAt = performance.now();
  const socket = open(proxy);
  const next = (): Promise<Buffer> => new Promise((resolve) => socket.once('data', resolve));
  expect((await next()).toString()).toBe('banner');
  const bannerAt = performance.now();
  // Timers may fire a fraction of a millisecond early.
  expect(bannerAt - startedAt).toBeGreaterThan(78);
  socket.write('question');
  expect((await next()).toString()).toBe('answer');
  expect(performance.now() - bannerAt).toBeGreaterThan(38);
  socket.destroy();
});

it('what the far side breaks off is broken off here', async () => {
  const socket = open(await between((peer) => peer.resetAndDestroy(), { delayMs: 1 }));
  const closed = new Promise((resolve) => {
    socket.once('close', resolve);
  });
  socket.on('error', () => undefined);
  await closed;
  expect(socket.destroyed).toBe(true);
});
