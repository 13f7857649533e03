/** What attackers sent to other servers, on real sockets; V numbers are those of the project's list of cases. */
import { afterEach, describe, expect, it } from 'vitest';
import { testSurroundings, type TestSurroundings } from '../../test/conversations/surroundings.ts';
import { WireClient } from '../../test/conversations/wire-client.ts';
import { selfSigned } from '../platform/certificates.ts';
import { type Listener, startListener } from './listener.ts';

const identity = { pairs: [await selfSigned('relay.test', { now: new Date(), days: 1 })] };
const envelope = 'MAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\n';
const listeners: Listener[] = [];

async function start(around: TestSurroundings): Promise<number> {
  const listener = await startListener(around.options);
  listeners.push(listener);
  return listener.port;
}

async function greeted(port: number): Promise<WireClient> {
  const client = await WireClient.connect(port);
  expect(await client.replies()).toMatch(/^220 /);
  return client;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function stillServes(port: number): Promise<void> {
  const client = await greeted(port);
  client.send(`HELO c\r\n${envelope}DATA\r\nstill here\r\n.\r\nQUIT\r\n`);
  expect(await client.end()).toMatch(/\r\n250 2\.0\.0 OK, queued.*\r\n221 /);
  client.destroy();
}

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close(0)));
});

describe('V1: smuggled ends of data', () => {
  const marks = ['\r', '\n', '\r\n', '\0'];
  const ends = marks.flatMap((before) => marks.map((after) => [before, after] as const));
  const smuggled = ends.filter(([before, after]) => before !== '\r\n' || after !== '\r\n');

  it.each(smuggled)(
    '%j . %j is no end: the rest is content, in one or several segments',
    async (before, after) => {
      const around = testSurroundings({ tls: 'off' });
      const port = await start(around);
      const inner = `MAIL FROM:<evil@contoso.com>\r\nRCPT TO:<c@contoso.com>\r\nDATA\r\nevil\r\n`;
      const whole = `first${before}.${after}${inner}.\r\n`;
      for (const pieces of [[whole], [`first${before}`, '.', `${after}${inner}.\r\n`], Array.from(whole)]) {
        const client = await greeted(port);
        client.send(`HELO c\r\n${envelope}DATA\r\n`);
        await client.replies(4);
        for (const piece of pieces) client.socket.write(piece, 'latin1');
        expect(await client.replies(), 'one message, and it is refused').toMatch(/^550 5\.6\.0 /);
        client.send('QUIT\r\n');
        expect(await client.end()).toMatch(/^221 [^\r\n]*\r\n$/);
        client.destroy();
      }
      expect(around.acceptance.stored).toEqual([]);
    },
  );
});

describe('V2: STARTTLS', () => {
  it('cuts the session off when anything follows STARTTLS in clear', async () => {
    const around = testSurroundings({}, { identity });
    const port = await start(around);
    const client = await greeted(port);
    await client.command('EHLO c');
    client.send(`STARTTLS\r\n${envelope}`);
    expect(await client.end()).toBe('');
    expect(around.events.list).toContainEqual(
      expect.objectContaining({ kind: 'session-refused', rule: 'starttls-injection' }),
    );
    await stillServes(port);
  });

  it('takes what follows the 220 in clear for a handshake, which fails', async () => {
    const around = testSurroundings({}, { identity });
    const port = await start(around);
    const client = await greeted(port);
    await client.command('EHLO c');
    expect(await client.command('STARTTLS')).toMatch(/^220 /);
    client.send(`EHLO evil\r\n${envelope}`);
    expect(await client.end()).not.toMatch(/250/);
    expect(around.events.list).toContainEqual(
      expect.objectContaining({ kind: 'session-refused', rule: 'tls-handshake' }),
    );
    await stillServes(port);
  });

  it('keeps nothing across the handshake', async () => {
    const around = testSurroundings({ authWithoutTls: true }, { identity });
    const client = await greeted(await start(around));
    client.send(`EHLO clear.example\r\n${envelope}`);
    await client.replies(3);
    expect(await client.command('STARTTLS')).toMatch(/^220 /);
    await client.startTls();
    expect(await client.command('RCPT TO:<evil@contoso.com>')).toMatch(/^503 /);
    expect(await client.command('MAIL FROM:<a@contoso.com>')).toMatch(/^503 5\.5\.1 Say EHLO or HELO first/);
    const hello = await client.command('EHLO secret.example');
    expect(hello).not.toMatch(/STARTTLS/);
    expect(hello).toMatch(/REQUIRETLS/);
    client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    await client.replies(4);
    expect(around.acceptance.stored[0]?.transaction).toMatchObject({
      client: { helo: 'secret.example', tls: { version: 'TLSv1.3' } },
      protocol: 'ESMTPS',
      envelope: { recipients: [{ address: { text: 'b@contoso.com' } }] },
    });
    client.destroy();
  });
});

describe('V4: TLS that ends within the content', () => {
  const contents = ['BDAT 6 LAST\r\nabcdef', 'BDAT 3\r\nabcBDAT 3 LAST\r\ndef', 'DATA\r\nabc\r\n.\r\n'];

  it.each(contents)(
    'aborts %j at each octet, whatever comes in clear behind close_notify',
    async (content) => {
      const around = testSurroundings({ tls: 'implicit' }, { identity });
      const port = await start(around);
      for (let length = 1; length < content.length; length += 1) {
        const raw = await WireClient.connect(port);
        const secure = await raw.startTls();
        await raw.replies();
        raw.send(`EHLO c\r\n${envelope}${content.slice(0, length)}`);
        await raw.replies(3);
        const { stream } = { stream: secure };
        stream.end();
        await until(() => listeners[0]!.connections === 0);
        raw.destroy();
      }
      expect(around.acceptance.stored).toEqual([]);
      expect(around.events.list.filter((event) => event.kind === 'fault')).toEqual([]);
      const client = await WireClient.connect(port);
      await client.startTls();
      await client.replies();
      client.send(`EHLO c\r\n${envelope}${content}`);
      await until(() => around.acceptance.stored.length === 1);
      client.destroy();
    },
  );

  it('aborts when a TLS client writes in clear after close_notify', async () => {
    const around = testSurroundings({ tls: 'implicit' }, { identity });
    const port = await start(around);
    const raw = await WireClient.connect(port);
    const tcp = raw.socket;
    const secure = await raw.startTls();
    await raw.replies();
    raw.send(`EHLO c\r\n${envelope}BDAT 10 LAST\r\nabc`);
    await raw.replies(3);
    secure.end(() => tcp.write('x'.repeat(7)));
    await until(() => listeners[0]!.connections === 0);
    expect(around.acceptance).toMatchObject({ aborted: 1, stored: [] });
    raw.destroy();
  });
});

describe('V10: input without an end', () => {
  it('cuts off a line that goes on and on', async () => {
    const port = await start(testSurroundings({ tls: 'off' }));
    const client = await greeted(port);
    const before = process.memoryUsage().rss;
    const chunk = Buffer.alloc(2 ** 20, 'x');
    // A gigabyte, as far as it is taken.
    for (let sent = 0; sent < 1024 && !client.closed; sent += 1) {
      if (!client.socket.write(chunk)) {
        await new Promise<void>((resolve) => {
          client.socket.once('drain', resolve);
          client.socket.once('close', resolve);
        });
      }
    }
    expect(await client.end()).toBe('');
    // What was taken of the gigabyte is not kept; what the garbage collector lets stand varies.
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
    client.destroy();
    await stillServes(port);
  });

  it('ends content that goes on beyond twice the limit', async () => {
    const around = testSurroundings({ tls: 'off', limits: { messageBytes: '1 MiB' } });
    const port = await start(around);
    const client = await greeted(port);
    client.send(`HELO c\r\n${envelope}DATA\r\n`);
    await client.replies(4);
    const chunk = Buffer.alloc(2 ** 16, 'x\r\n');
    for (let sent = 0; sent < 1024 && !client.closed; sent += 1) {
      client.socket.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.end()).toMatch(/^552 5\.3\.4 Message too large, at most 1048576 octets \(ref /);
    expect(around.acceptance).toMatchObject({ aborted: 1, stored: [] });
    client.destroy();
    await stillServes(port);
  });
});

describe('V11: the PROXY header', () => {
  it('is no command from an address that is not listed', async () => {
    const around = testSurroundings({ tls: 'off', proxyProtocol: ['192.0.2.0/24'] });
    const port = await start(around);
    const client = await greeted(port);
    client.send(`PROXY TCP4 192.0.2.7 192.0.2.1 1 25\r\nHELO c\r\n${envelope}`);
    expect(await client.end()).toBe('');
    client.destroy();
    await stillServes(port);
    expect(around.acceptance.stored[0]?.transaction.client.address).toBe('127.0.0.1');
  });

  it.each([
    ['PROXY TCP4 192.0.2.7 127.0.0.1 1 25\r\n', '192.0.2.7'],
    ['PROXY UNKNOWN\r\n', '127.0.0.1'],
    [
      Buffer.from(
        '0d0a0d0a000d0a515549540a21110015c0000207c00002010001001904000661626364656620',
        'hex',
      ).subarray(0, 37),
      '192.0.2.7',
    ],
  ])('gives the address %j counts with, from one that is listed', async (header, address) => {
    const around = testSurroundings({ tls: 'off', proxyProtocol: ['127.0.0.0/8'] });
    const client = await WireClient.connect(await start(around));
    const rest = Buffer.from(`HELO c\r\n${envelope}DATA\r\nx\r\n.\r\nQUIT\r\n`);
    client.send(Buffer.concat([Buffer.from(header), rest]));
    expect(await client.end()).toMatch(/^220 .*\r\n221 /s);
    expect(around.acceptance.stored[0]?.transaction.client.address).toBe(address);
    client.destroy();
  });

  it('goes before the handshake of implicit TLS, in the same segment as the ClientHello or not', async () => {
    const around = testSurroundings({ tls: 'implicit', proxyProtocol: ['127.0.0.1'] }, { identity });
    const client = await WireClient.connect(await start(around));
    client.socket.cork();
    client.send('PROXY TCP4 192.0.2.7 127.0.0.1 1 25\r\n');
    const handshake = client.startTls();
    client.socket.uncork();
    await handshake;
    expect(await client.replies()).toMatch(/^220 /);
    expect(await client.command('EHLO c')).toMatch(/^250-relay\.test greets 192\.0\.2\.7\r\n/);
    client.destroy();
  });

  it.each(['EHLO c\r\n', `PROXY TCP4 ${'1'.repeat(10_000)}\r\n`, 'PROXY TCP4 a b 1 2\r\n'])(
    'is mandatory and well-formed from one that is listed: %j is cut off',
    async (begin) => {
      const around = testSurroundings({ tls: 'off', proxyProtocol: ['127.0.0.0/8'] });
      const client = await WireClient.connect(await start(around));
      client.send(begin);
      expect(await client.end()).toBe('');
      expect(around.events.list).toContainEqual(
        expect.objectContaining({ kind: 'session-refused', rule: 'proxy-header' }),
      );
      client.destroy();
    },
  );
});

describe('V14: words of a client', () => {
  it('leave one line in replies and plain strings in events', async () => {
    const around = testSurroundings({ tls: 'off' });
    const client = await greeted(await start(around));
    await client.command('NOOP');
    expect(await client.command('HELO \x1b[2Jx')).toMatch(/^501 5\.5\.4 [\x20-\x7e]*\r\n$/);
    expect(await client.command('HELO a\rb')).toMatch(/^501 /);
    client.send(Buffer.from('HELO x\u202ey"%s\r\n'));
    expect(await client.replies()).toMatch(/^250 /);
    expect(await client.command('MAIL FROM:<"\\"<b>"@other.example>')).toMatch(
      /^550 5\.7\.1 [\x20-\x7e]*\r\n$/,
    );
    for (const event of around.events.list) expect(JSON.stringify(event)).not.toMatch(/\\u001b|\\r|\u202e/);
    expect(around.events.list.at(-1)).toMatchObject({ kind: 'refused', helo: 'x?y"%s' });
    client.destroy();
  });
});
