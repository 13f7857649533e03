/** A host that takes connections and says nothing, not even in TLS: calling off and closing do not wait for its deadlines. */
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { content, oauth, route, sandboxFor } from './sandbox-route.ts';
import { testDelivery } from '../../src/connector/testing/delivery.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

interface Silent {
  readonly port: number;
  /** Resolves with the first connection. */
  readonly entered: Promise<Socket>;
}

async function silentHost(): Promise<Silent> {
  const first = Promise.withResolvers<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).resume();
    first.resolve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, entered: first.promise };
}

type Document = Record<string, unknown>;

const graph = (sandbox: Sandbox, more: Document, endpoint = sandbox.graph.url): Document => ({
  route: { type: 'graph', mailbox: 'relay@contoso.com', endpoint, credential: oauth(sandbox, more) },
});

const ways: readonly (readonly [string, (sandbox: Sandbox, silent: Silent) => Document])[] = [
  ['graph', (sandbox, { port }) => graph(sandbox, {}, `https://127.0.0.1:${port}`)],
  ['the token endpoint', (sandbox, { port }) => graph(sandbox, { authority: `https://127.0.0.1:${port}` })],
  ['the proxy', (sandbox, { port }) => ({ ...graph(sandbox, {}), proxy: `http://127.0.0.1:${port}` })],
];

test.each(ways)(
  '%s is silent: an attempt that is called off ends at once, and so does the connector',
  async (_, way) => {
    const sandbox = await sandboxFor();
    const silent = await silentHost();
    const connector = route(sandbox, way(sandbox, silent), {
      credential: { secret: sandbox.identity.secret },
    });
    const stop = new AbortController();
    const delivery = testDelivery({ content, from: 'relay@contoso.com', to: ['ann@fabrikam.com'] });
    const attempt = connector.attempt(delivery, stop.signal);
    const socket = await silent.entered;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const begun = performance.now();
    stop.abort(new Error('stopped'));
    expect((await attempt).recipients).toEqual([{ kind: 'not-tried' }]);
    await connector[Symbol.asyncDispose]();
    // The connection is gone too: it would keep the process from ending.
    await closed;
    // `timeouts.connect` is half a minute, that of a token too.
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(sandbox.messages()).toEqual([]);
  },
);
