/** Channels: mail past the queue by another connector, syslog as it is on the wire, and the heartbeat of a relay that hangs. */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { startTestRelay } from '../harness/relay.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';
import { startHook, startWorld } from './alert-world.ts';

const minute = 60_000;

test('an alert about a connector goes as mail by another one, and not through the queue', async () => {
  const port = await quietPort();
  await using other = await startNextHop();
  const policy = loopbackPolicy(port, { connector: { retry: { initial: '20s', maximum: '1m' } } });
  const backup = {
    name: 'backup',
    addressSpaces: [{ pattern: 'nowhere.example', cost: 1 }],
    route: { type: 'smart-host', hosts: [`127.0.0.1:${other.port}`] },
    tls: 'off',
  };
  const connectors = [...(policy['connectors'] as object[]), backup];
  const people = { name: 'people', type: 'mail', from: 'relay@contoso.com', to: ['it@contoso.com'] };
  await using world = await startWorld({
    policy: { ...policy, connectors },
    alerts: { channels: [people] },
  });
  await world.send(5);
  await world.until(() => other.mails.length > 0, 5 * minute);
  const [mail] = other.mails;
  expect(mail).toMatchObject({ from: 'relay@contoso.com', to: ['it@contoso.com'] });
  const text = mail?.content.toString('latin1') ?? '';
  expect(text).toContain('Subject: ALERT critical relay.test.example: A connector is suspended');
  expect(text).toContain('Auto-Submitted: auto-generated');
  expect((await world.ask('messages', { query: { text: 'it@contoso.com' } })).items).toEqual([]);
});

test('with no other connector the mail is refused in words, and the alert is still shown', async () => {
  const port = await quietPort();
  const policy = loopbackPolicy(port, { connector: { retry: { initial: '20s', maximum: '1m' } } });
  const people = { name: 'people', type: 'mail', from: 'relay@contoso.com', to: ['it@contoso.com'] };
  await using world = await startWorld({ policy, alerts: { channels: [people] } });
  await world.send(5);
  await world.until(async () => ((await world.ask('alerts')).items[0]?.told.length ?? 0) > 0, 5 * minute);
  const [alert] = (await world.ask('alerts')).items;
  expect(alert?.told[0]).toMatchObject({ channel: 'people', ok: false });
  expect(alert?.told[0]?.detail).toContain('the alert is about next-hop');
});

test('syslog arrives over UDP and TCP as the standards frame it', async () => {
  await using hop = await startNextHop();
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void udp.close());
  await once(udp, 'listening');
  const received: string[] = [];
  const tcp = createServer((socket: Socket) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk.toString('utf8')));
    socket.on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void tcp.close());
  await once(tcp, 'listening');
  const channel = (name: string, transport: string, port: number) => ({
    name,
    type: 'syslog',
    host: '127.0.0.1',
    port,
    transport,
  });
  await using relay = await startTestRelay({
    policy: loopbackPolicy(hop.port),
    node: {
      alerts: {
        channels: [
          channel('datagrams', 'udp', udp.address().port),
          channel('stream', 'tcp', (tcp.address() as AddressInfo).port),
        ],
      },
    },
  });
  const ask = asking(relay);
  const datagram = once(udp, 'message');
  expect(await ask('testAlertChannel', { params: { name: 'datagrams' } })).toMatchObject({ ok: true });
  const [bytes] = (await datagram) as [Buffer];
  // Facility local0 (16) and severity notice (5): 16 * 8 + 5.
  expect(bytes.toString('utf8')).toMatch(/^<133>1 \S+ relay\.test\.example relay365 \d+ test - @cee: \{/);
  expect(await ask('testAlertChannel', { params: { name: 'stream' } })).toMatchObject({
    ok: true,
    detail: 'taken',
  });
  const framed = received.join('');
  const [, length, message = ''] = /^(\d+) (.*)$/s.exec(framed) ?? [];
  expect(Buffer.byteLength(message)).toBe(Number(length));
});

test('mail and heartbeat can be tested, and say that it is a test', async () => {
  await using hop = await startNextHop();
  await using monitor = await startHook();
  await using relay = await startTestRelay({
    policy: loopbackPolicy(hop.port),
    node: {
      alerts: {
        channels: [{ name: 'people', type: 'mail', from: 'relay@contoso.com', to: ['it@contoso.com'] }],
        heartbeat: { url: monitor.url, every: '1h', reach: 'loopback' },
      },
    },
  });
  const ask = asking(relay);
  expect((await ask('alertChannels')).items.map(({ name, type }) => [name, type])).toEqual([
    ['people', 'mail'],
    ['heartbeat', 'heartbeat'],
  ]);
  expect(await ask('testAlertChannel', { params: { name: 'people' } })).toMatchObject({ ok: true });
  const [mail] = await hop.arrived(1);
  expect(mail?.to).toEqual(['it@contoso.com']);
  expect(mail?.content.toString()).toContain('Somebody asked for this test. Nothing is the matter.');
  expect(await ask('testAlertChannel', { params: { name: 'heartbeat' } })).toMatchObject({ ok: true });
  expect(monitor.heard.map(({ body }) => body.test)).toContain(true);
});

test('the heartbeat stops when the event loop hangs, while that of another relay goes on', async () => {
  await using hop = await startNextHop();
  await using hung = await startHook();
  await using well = await startHook();
  const node = (url: string) => ({ alerts: { heartbeat: { url, every: '1s', reach: 'loopback' } } });
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(hop.port), node: node(hung.url) });
  const child = fork(join(import.meta.dirname, 'hanging-relay.ts'), [workspace.configFile]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  await using _ = await startTestRelay({ policy: loopbackPolicy(hop.port), node: node(well.url) });
  const beats = async (hook: typeof well, count: number): Promise<void> => {
    while (hook.heard.length < count) await hook.next();
  };
  await Promise.all([beats(hung, 2), beats(well, 1)]);
  expect(hung.heard[0]?.body).toMatchObject({ product: 'relay365', hostname: 'relay.test.example' });
  const hanging = once(child, 'message');
  child.send('hang');
  await hanging;
  // One may have been on its way.
  await beats(well, well.heard.length + 2);
  const before = hung.heard.length;
  await beats(well, well.heard.length + 3);
  expect(hung.heard.length).toBe(before);
});
