/** Graph and the token endpoint through an HTTP proxy: CONNECT (RFC 9110 9.3.6), then TLS with the stand-in itself. */
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Connector } from '../../src/connector/connector.ts';
import type { ConnectorSecrets } from '../../src/connector/create.ts';
import { attempt, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

interface Proxy {
  readonly url: string;
  /** What it was asked to connect to. */
  readonly asked: string[];
  /** Requests that were no CONNECT. */
  readonly seen: string[];
}

/** `login`: value of Proxy-Authorization that it wants. `answer`: status line instead of a tunnel. */
async function proxyFor(options: { readonly login?: string; readonly answer?: string } = {}): Promise<Proxy> {
  const [asked, seen]: [string[], string[]] = [[], []];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(400).end();
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    sockets.add(client);
    client.on('error', () => client.destroy());
    const refusal =
      options.login !== undefined && request.headers['proxy-authorization'] !== options.login
        ? '407 Proxy Authentication Required'
        : options.answer;
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const [host = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    sockets.add(target);
    target.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, seen };
}

function graph(
  sandbox: Sandbox,
  proxy: string,
  change: Record<string, unknown> = {},
  secrets: Partial<ConnectorSecrets> = {},
): Connector {
  const { mailbox } = sandbox.submission;
  return route(
    sandbox,
    {
      proxy,
      route: { type: 'graph', mailbox, endpoint: sandbox.graph.url, credential: oauth(sandbox) },
      ...change,
    },
    { credential: { secret: sandbox.identity.secret }, ...secrets },
  );
}

const hostOf = (url: string): string => new URL(url).host;

test('both go through it, and it sees no request of ours', async () => {
  const sandbox = await sandboxFor();
  const proxy = await proxyFor();
  expect(await attempt(graph(sandbox, proxy.url))).toMatchObject([{ kind: 'relayed' }]);
  expect(proxy.asked).toEqual([hostOf(sandbox.identity.url), hostOf(sandbox.graph.url)]);
  expect(proxy.seen).toEqual([]);
});

test('tunnels are kept for the next messages', async () => {
  const sandbox = await sandboxFor();
  const proxy = await proxyFor();
  const connector = graph(sandbox, proxy.url);
  for (let sent = 0; sent < 20; sent += 1) await attempt(connector);
  expect(sandbox.messages()).toHaveLength(20);
  // One for the token, and four requests at a time for Graph.
  expect(proxy.asked.length).toBeLessThanOrEqual(1 + 4);
});

test('the token of a submission connector comes through it, SMTP does not', async () => {
  const sandbox = await sandboxFor();
  const proxy = await proxyFor();
  const { host, port, name, mailbox } = sandbox.submission;
  const credential = oauth(sandbox);
  const connector = route(
    sandbox,
    {
      proxy: proxy.url,
      serverName: name,
      route: { type: 'smtp-submission', host, port, mailbox, credential },
    },
    { credential: { secret: sandbox.identity.secret } },
  );
  expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
  expect(proxy.asked).toEqual([hostOf(sandbox.identity.url)]);
});

describe('a proxy that wants a login', () => {
  const proxyLogin = { username: 'relay', password: 'read elsewhere' };
  const login = `Basic ${Buffer.from('relay:test-value-of-the-proxy').toString('base64')}`;

  test('gets it', async () => {
    const sandbox = await sandboxFor();
    const { url } = await proxyFor({ login });
    const connector = graph(sandbox, url, { proxyLogin }, { proxyPassword: 'test-value-of-the-proxy' });
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
  });

  test('refuses a wrong one: mail waits, the proxy is named, the password is not', async () => {
    const sandbox = await sandboxFor();
    const { url } = await proxyFor({ login });
    const connector = graph(sandbox, url, { proxyLogin }, { proxyPassword: 'wrong-test-value' });
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient' });
    expect(failure.text).toContain('407');
    expect(failure.text).toContain(hostOf(url));
    expect(JSON.stringify(failure)).not.toContain('wrong-test-value');
  });
});

test.each(['403 Forbidden', '502 Bad Gateway'])('%s of the proxy holds mail', async (answer) => {
  const sandbox = await sandboxFor();
  const { url } = await proxyFor({ answer });
  const failure = await failureOf(graph(sandbox, url));
  expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient' });
  expect(failure.text).toContain(answer.slice(0, 3));
  expect(sandbox.messages()).toEqual([]);
});

test('a proxy that is down holds mail, and is named', async () => {
  const sandbox = await sandboxFor();
  const failure = await failureOf(graph(sandbox, 'http://127.0.0.1:1'));
  expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient' });
  expect(failure.text).toContain('127.0.0.1:1');
});

test('whoever stands in the tunnel with another certificate gets nothing', async () => {
  const [sandbox, other] = [await sandboxFor(), await sandboxFor()];
  const { url } = await proxyFor();
  const connector = graph(sandbox, url, {}, { ca: other.caPem });
  const failure = await failureOf(connector);
  expect(failure).toMatchObject({ code: 'token-endpoint-unreachable', permanence: 'transient' });
  expect(failure.text).toMatch(/certificate/);
});
