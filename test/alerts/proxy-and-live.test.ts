/** Webhook and heartbeat through an HTTP proxy, and alerts in what is sent to an open console. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { startHook, startWorld } from './alert-world.ts';

/** The only way to `target` (RFC 9110 9.3.6); wants a login (RFC 7617). */
async function startProxy(target: string) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => void response.writeHead(400).end());
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    sockets.add(client);
    client.on('error', () => client.destroy());
    // "relay:test value"
    if (request.headers['proxy-authorization'] !== 'Basic cmVsYXk6dGVzdCB2YWx1ZQ==') {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(target);
    const hop = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(hop).pipe(client);
    });
    sockets.add(hop);
    hop.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('webhook and heartbeat go through the proxy, which resolves the name and never sees the path', async () => {
  await using hop = await startNextHop();
  await using hook = await startHook();
  const proxy = await startProxy(hook.url);
  // A name that only the proxy knows.
  const url = 'http://hooks.only-the-proxy.example:8080/secret-path';
  const way = { url, reach: 'private', proxy: proxy.url };
  const proxyLogin = { username: 'relay', password: 'test value' };
  await using relay = await startTestRelay({
    policy: loopbackPolicy(hop.port),
    node: {
      alerts: {
        channels: [
          { name: 'through', type: 'webhook', ...way, proxyLogin },
          { name: 'stranger', type: 'webhook', ...way },
        ],
        heartbeat: { ...way, proxyLogin },
      },
    },
  });
  const ask = asking(relay);
  for (const name of ['through', 'heartbeat'])
    expect(await ask('testAlertChannel', { params: { name } })).toMatchObject({
      ok: true,
      detail: 'HTTP 200',
    });
  expect(hook.heard.map(({ path }) => path)).toEqual(['/secret-path', '/secret-path']);
  const refused = await ask('testAlertChannel', { params: { name: 'stranger' } });
  expect(refused).toMatchObject({ ok: false });
  expect(refused.detail).toContain(`through the proxy ${proxy.url}`);
  expect(hook.heard).toHaveLength(2);
  expect(new Set(proxy.asked)).toEqual(new Set(['hooks.only-the-proxy.example:8080']));
  expect(relay.log.join('')).not.toMatch(/secret-path|test value/);
});

test('an address in the URL is judged although a proxy is there, and a login without a proxy is a fault', async () => {
  await using hop = await startNextHop();
  const metadata = 'http://169.254.169.254/latest/meta-data';
  const start = (channel: object) =>
    startTestRelay({
      policy: loopbackPolicy(hop.port),
      node: { alerts: { channels: [{ name: 'hook', type: 'webhook', reach: 'private', ...channel }] } },
    });
  await expect(start({ url: metadata, proxy: 'http://127.0.0.1:9' })).rejects.toThrow('is never asked');
  const proxyLogin = { username: 'relay', password: 'test value' };
  await expect(start({ url: 'https://hooks.example/x', proxyLogin })).rejects.toThrow('and no proxy');
  await expect(start({ url: { env: 'RELAY365_TEST_NOT_SET' } })).rejects.toThrow('RELAY365_TEST_NOT_SET');
});

test('an open console is told how many alerts are open, and of the worst that nobody acknowledged', async () => {
  await using hop = await startNextHop();
  await using world = await startWorld({
    policy: loopbackPolicy(hop.port, { source: { expires: '2026-11-24' } }),
  });
  const live = async (): Promise<unknown> => {
    const response = await fetch(`${world.relay.relay.consoleUrl}/api/v1/live`, {
      headers: { authorization: `Bearer ${await world.relay.token()}` },
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const data = /^data: (.*)$/m.exec(text)?.[1];
      if (data === undefined || !text.includes('\n\n')) continue;
      // Leaving the loop ends the request.
      return (JSON.parse(data) as { alerts: unknown }).alerts;
    }
    throw new Error('the stream ended');
  };
  expect(await live()).toEqual({ open: 0 });
  await world.until(() => world.told('permission-expiring').length > 0, 300_000);
  expect(await live()).toEqual({ open: 1, worst: 'critical' });
  const [alert] = (await world.ask('alerts')).items;
  await world.ask('acknowledgeAlert', { params: { id: alert?.id ?? '' }, body: { note: 'owner was asked' } });
  expect(await live()).toEqual({ open: 1 });
});
