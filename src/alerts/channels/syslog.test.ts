import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { selfSigned } from '../../platform/certificates.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { Notice } from './channel.ts';
import { createSyslogChannel } from './syslog.ts';

const notice: Notice = {
  word: 'opened',
  severity: 'critical',
  rule: 'disk-low',
  title: 'The disk runs full',
  subject: 'relay',
  text: 'two\r\nlines',
  advice: 'Make room.',
  hostname: 'relay.contoso.com',
  alert: 'A1',
  openedAt: '2026-11-23T08:00:00Z',
  at: '2026-11-23T08:00:00Z',
};

async function collector() {
  const { certificate, key } = await selfSigned('localhost', { now: new Date(), days: 1 });
  const received: Buffer[] = [];
  const server = createServer({ cert: certificate, key }, (socket) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const channel = (ca: string | undefined) =>
    createSyslogChannel(
      {
        name: 'siem',
        type: 'syslog',
        host: 'localhost',
        port,
        transport: 'tls',
        facility: 16,
        severity: 'warning',
      },
      () => Promise.resolve(ca),
      new FakeClock(),
    );
  return {
    certificate,
    channel,
    text: () => Buffer.concat(received).toString('utf8'),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

// RFC 5425 4.3: octet counting; RFC 5424 6.2.1: facility local0 (16), severity critical (2).
test('over TLS an alert arrives as one counted message', async () => {
  await using place = await collector();
  expect(await place.channel(place.certificate).send(notice)).toEqual({ ok: true, detail: 'taken' });
  const [, count, message] = /^(\d+) (.*)$/s.exec(place.text()) ?? [];
  expect(Buffer.byteLength(message ?? '')).toBe(Number(count));
  expect(message).toMatch(/^<130>1 2026-11-23T08:00:00\S* relay\.contoso\.com relay365 \d+ alert - @cee: \{/);
  expect(message).toContain('"rule":"disk-low"');
  expect(message).not.toMatch(/[\r\n]/);
});

test('a collector whose certificate leads nowhere is told nothing', async () => {
  await using place = await collector();
  const sent = await place.channel(undefined).send(notice);
  expect(sent.ok).toBe(false);
  expect(sent.detail).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  expect(place.text()).toBe('');
});
