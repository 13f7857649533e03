import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { contentBytesMin, makeContent } from './content.ts';
import { generateLoad } from './load/generator.ts';
import { startSink, type Sink } from './sink/sink.ts';

let sink: Sink | undefined;
afterEach(() => sink?.stop());

async function freshSink(): Promise<Sink> {
  sink = await startSink();
  return sink;
}

describe('the load generator against the sink', () => {
  it.each([
    { connections: 1, reuse: true, pipelining: true },
    { connections: 7, reuse: true, pipelining: true },
    { connections: 7, reuse: true, pipelining: false },
    { connections: 7, reuse: false, pipelining: true },
    { connections: 7, reuse: false, pipelining: false },
  ])('every message is acknowledged and counted once: %o', async (how) => {
    const { port, counts } = await freshSink();
    const content = makeContent(5000);
    const load = await generateLoad({ host: '127.0.0.1', port, messages: 100, content, ...how });
    expect(load.acknowledged).toBe(100);
    expect(counts).toEqual({
      messages: 100,
      bytes: 100 * 5000,
      connections: how.reuse ? how.connections : 100,
    });
  });

  it('counts contents larger than a read of the socket', async () => {
    const { port, counts } = await freshSink();
    const content = makeContent(1_048_576);
    const how = { connections: 3, reuse: true, pipelining: true };
    await generateLoad({ host: '127.0.0.1', port, messages: 10, content, ...how });
    expect(counts).toMatchObject({ messages: 10, bytes: 10 * 1_048_576 });
  });

  it('opens no more connections than there are messages', async () => {
    const { port, counts } = await freshSink();
    const how = { connections: 50, reuse: true, pipelining: true };
    await generateLoad({ host: '127.0.0.1', port, messages: 3, content: makeContent(1000), ...how });
    expect(counts).toMatchObject({ messages: 3, connections: 3 });
  });

  it('says when a count was reached', async () => {
    const fresh = await freshSink();
    const { port } = fresh;
    const waiting = fresh.reached(5);
    const how = { connections: 2, reuse: true, pipelining: true };
    const load = await generateLoad({
      host: '127.0.0.1',
      port,
      messages: 5,
      content: makeContent(1000),
      ...how,
    });
    const at = await waiting;
    expect(at).toBeGreaterThan(load.startedAt);
    expect(at).toBeLessThanOrEqual(load.endedAt);
    expect(await fresh.reached(5)).toBe(at);
  });
});

describe('the sink alone', () => {
  /** Sends the bytes cut into pieces of `size`; everything that comes back until the close. */
  async function dialogue(port: number, bytes: string, size: number): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    const closed = new Promise<void>((resolve, reject) => {
      socket.once('close', () => resolve());
      socket.once('error', reject);
    });
    for (let at = 0; at < bytes.length; at += size) {
      await new Promise((resolve) => socket.write(bytes.slice(at, at + size), resolve));
    }
    await closed;
    return text;
  }

  const codes = (text: string): string => (text.match(/^\d{3}(?= )/gm) ?? []).join(' ');

  it.each([1, 2, 3, 5, 1000])('finds the end of each content in pieces of %i octets', async (size) => {
    const { port, counts } = await freshSink();
    const text = await dialogue(
      port,
      'EHLO a.b\r\n' +
        'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na: b\r\n\r\n..\r\n\n.\n\r\n.\r\n' +
        'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n' +
        'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 5\r\n\r\n.\r\nBDAT 0 LAST\r\nQUIT\r\n',
      size,
    );
    expect(codes(text)).toBe('220 250 250 250 354 250 250 250 354 250 250 250 250 250 221');
    expect(counts).toEqual({ messages: 3, bytes: 17 + 5, connections: 1 });
  });

  it('wants a recipient', async () => {
    const { port, counts } = await freshSink();
    expect(codes(await dialogue(port, 'MAIL FROM:<a@b>\r\nDATA\r\nQUIT\r\n', 1000))).toBe('220 250 503 221');
    expect(counts.messages).toBe(0);
  });
});

describe('contents', () => {
  it.each([contentBytesMin, 4096, 4097, 4098, 51_200])('have exactly %i octets and whole lines', (bytes) => {
    const content = makeContent(bytes);
    expect(content).toHaveLength(bytes);
    expect(content.toString('latin1')).toMatch(/\r\n\r\n/);
    const lines = content.toString('latin1').split('\r\n');
    expect(lines.at(-1)).toBe('');
    for (const line of lines) expect(line).toMatch(/^[^.\r\n][^\r\n]{0,77}$|^$/);
  });
});
