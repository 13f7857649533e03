/** The listener on real sockets; where a test needs time to pass, it owns the clock. */
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import {
  testPolicy,
  testSurroundings,
  type TestSurroundings,
} from '../../test/conversations/surroundings.ts';
import { WireClient } from '../../test/conversations/wire-client.ts';
import { type Listener, startListener } from './listener.ts';

const envelope = 'MAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\n';
const listeners: Listener[] = [];

async function start(around: TestSurroundings): Promise<number> {
  const listener = await startListener(around.options);
  listeners.push(listener);
  return listener.port;
}

async function greeted(port: number, options?: { from?: string }): Promise<WireClient> {
  const client = await WireClient.connect(port, options);
  expect(await client.replies()).toMatch(/^220 relay\.test /);
  return client;
}

/** Lets the events of sockets on both sides of the loopback run until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

const plain = { tls: 'off' } as const;

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close(0)));
});

describe('a session on a socket', () => {
  it('answers a pipelined chunk in one piece, and again after the commit', async () => {
    const around = testSurroundings(plain);
    const client = await greeted(await start(around));
    await client.command('HELO c');
    const before = client.pieces;
    client.send(`${envelope}DATA\r\n`);
    expect(await client.replies(3)).toMatch(/^250 .*\r\n250 .*\r\n354 /);
    expect(client.pieces - before).toBe(1);
    client.send(`x\r\n.\r\n${envelope}DATA\r\n`);
    expect(await client.replies(4)).toMatch(/^250 2\.0\.0 .*\r\n250 .*\r\n250 .*\r\n354 /);
    expect(client.pieces - before).toBe(2);
    client.destroy();
  });

  it('gives acceptance what it observed and what the client said', async () => {
    const around = testSurroundings(plain);
    const client = await greeted(await start(around));
    client.send(
      `EHLO c.example\r\nMAIL FROM:<a@contoso.com> RET=HDRS ENVID=q+2B1 BODY=8BITMIME\r\nRCPT TO:<b@contoso.com> NOTIFY=DELAY,FAILURE ORCPT=rfc822;b+40c\r\nDATA\r\nx\r\n.\r\nQUIT\r\n`,
    );
    await client.end();
    expect(around.acceptance.stored[0]?.transaction).toMatchObject({
      source: { name: 'loopback' },
      client: { address: '127.0.0.1', helo: 'c.example', listener: 'devices' },
      envelope: {
        reversePath: { text: 'a@contoso.com' },
        recipients: [{ notify: ['delay', 'failure'], orcpt: 'rfc822;b+40c' }],
        body: '8bitmime',
        ret: 'hdrs',
        envid: 'q+2B1',
      },
      protocol: 'ESMTP',
      messageBytesMax: 157_286_400,
      headerBytesMax: 262_144,
    });
  });

  it('answers a client that closes its side behind QUIT or behind the last dot', async () => {
    const around = testSurroundings(plain);
    let commit = (): void => {};
    around.acceptance.commit = new Promise((resolve) => (commit = resolve));
    const client = await greeted(await start(around));
    client.send(`HELO c\r\n${envelope}DATA\r\nx\r\n.\r\n`);
    client.socket.end();
    await until(() => listeners[0]!.connections === 1 && client.socket.writableFinished);
    commit();
    expect(await client.end()).toMatch(/354 .*\r\n250 2\.0\.0 OK, queued as \w+\r\n$/);
    expect(around.acceptance.stored.length).toBe(1);
  });

  it('drops what a client that goes away in its content has sent', async () => {
    const around = testSurroundings(plain);
    const port = await start(around);
    for (const content of [
      'DATA\r\nhalf',
      'DATA\r\nx\r\n.',
      'BDAT 10\r\nhalf',
      'BDAT 4\r\nhalf',
      'BDAT 4 LAST\r\nhal',
    ]) {
      for (const leave of ['end', 'resetAndDestroy'] as const) {
        const aborted = around.acceptance.aborted;
        const client = await greeted(port);
        client.send(`HELO c\r\n${envelope}${content}`);
        await client.replies(content.startsWith('DATA') ? 4 : 3);
        client.socket[leave]();
        await until(() => around.acceptance.aborted === aborted + 1);
        await until(() => listeners[0]!.connections === 0);
        client.destroy();
      }
    }
    expect(around.acceptance.stored).toEqual([]);
  });

  it('stops reading while acceptance wants no more, and goes on when it does', async () => {
    const around = testSurroundings(plain);
    around.acceptance.inMemoryMax = 100_000;
    const client = await greeted(await start(around));
    client.send(`HELO c\r\n${envelope}DATA\r\n`);
    await client.replies(4);
    const megabytes = 40;
    // A header section of that size would be refused.
    client.send('\r\n');
    client.send(Buffer.alloc(megabytes * 2 ** 20, 'x\r\n'));
    client.send('\r\n.\r\n');
    // What the kernel holds for both sides of a loopback socket is a few megabytes.
    let quiet = 0;
    let last = client.socket.writableLength;
    await until(() => {
      quiet = client.socket.writableLength === last ? quiet + 1 : 0;
      last = client.socket.writableLength;
      return quiet > 2000;
    });
    expect(last).toBeGreaterThan(20 * 2 ** 20);
    around.acceptance.release();
    expect(await client.replies()).toMatch(/^250 2\.0\.0/);
    expect(around.acceptance.stored[0]?.content.length).toBe(megabytes * 2 ** 20 + 4);
    client.destroy();
  });

  it('does not let a client that reads no replies fill memory', async () => {
    const around = testSurroundings({ ...plain, limits: { commands: 10_000_000 } });
    const client = await greeted(await start(around));
    client.socket.pause();
    const chunk = Buffer.from('NOOP\r\n'.repeat(20_000));
    const before = process.memoryUsage().rss;
    // Replies to all of them would be more than 200 MiB. The chunk is one and the same.
    for (let sent = 0; sent < 1000; sent += 1) client.socket.write(chunk);
    let quiet = 0;
    let last = client.socket.writableLength;
    await until(() => {
      quiet = client.socket.writableLength === last ? quiet + 1 : 0;
      last = client.socket.writableLength;
      return quiet > 2000;
    });
    expect(last, 'the server reads no more').toBeGreaterThan(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
    client.destroy();
  });
});

describe('faults and refusals around a session', () => {
  it('lives on after a store fault, and refuses at MAIL while the store is not ready', async () => {
    const around = testSurroundings(plain);
    const client = await greeted(await start(around));
    await client.command('HELO c');
    const trouble = {
      kind: 'defer',
      text: 'Try again later',
      rule: 'store-failing',
      explanation: 'test',
    } as const;
    around.acceptance.refusal = { ...trouble, code: 451, enhanced: '4.3.0' };
    client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect(await client.replies(4)).toMatch(/\r\n451 4\.3\.0 Try again later \(ref \w{26}\)\r\n$/);
    around.acceptance.refusal = undefined;
    around.acceptance.unready = { ...trouble, code: 452, enhanced: '4.3.1' };
    expect(await client.command('MAIL FROM:<a@contoso.com>')).toMatch(/^452 4\.3\.1 Try again later \(ref /);
    around.acceptance.unready = undefined;
    client.send(`${envelope}DATA\r\nx\r\n.\r\n`);
    expect(await client.replies(4)).toMatch(/\r\n250 2\.0\.0 /);
    client.destroy();
  });

  it('answers 454 when a login cannot be checked, and never 235', async () => {
    const around = testSurroundings({ ...plain, authWithoutTls: true });
    const logins = { verify: () => Promise.reject(new Error('store unavailable')) };
    const client = await greeted(await start({ ...around, options: { ...around.options, logins } }));
    await client.command('EHLO c');
    const initial = Buffer.from('\0erp\0x').toString('base64');
    expect(await client.command(`AUTH PLAIN ${initial}`)).toMatch(/^454 4\.7\.0 /);
    client.destroy();
  });

  it('ends one session when our own code fails, and tells the operator', async () => {
    const around = testSurroundings(plain);
    const broken = {
      ready: () => undefined,
      begin: () => {
        throw new Error('planted');
      },
    };
    const port = await start({ ...around, options: { ...around.options, acceptance: broken } });
    const client = await greeted(port);
    client.send(`HELO c\r\n${envelope}DATA\r\n`);
    expect(await client.end()).toMatch(/421 4\.3\.0 Internal error \(ref \w{26}\)\r\n$/);
    expect(around.events.list).toContainEqual(expect.objectContaining({ kind: 'fault', text: 'planted' }));
    (await greeted(port)).destroy();
  });

  it('emits for each refusal an event with reference, rule and explanation', async () => {
    const around = testSurroundings(plain);
    const client = await greeted(await start(around));
    await client.command('HELO c.example');
    const reply = await client.command('MAIL FROM:<x@other.example>');
    const ref = /\(ref (\w{26})\)/.exec(reply)?.[1];
    expect(around.events.list).toContainEqual(
      expect.objectContaining({
        kind: 'refused',
        ref,
        address: '127.0.0.1',
        listener: 'devices',
        source: 'loopback',
        sender: 'x@other.example',
        helo: 'c.example',
        stage: 'mail',
        rule: 'sender-not-permitted',
        explanation: expect.stringContaining('x@other.example'),
      }),
    );
    client.destroy();
  });

  it('keeps the policy that a session began with', async () => {
    const around = testSurroundings(plain);
    const holder = { current: testPolicy() };
    const port = await start({ ...around, options: { ...around.options, policy: holder } });
    const old = await greeted(port);
    await old.command('HELO c');
    holder.current = { ...testPolicy(), networks: { lookup: () => [], nearest: () => undefined, size: 0 } };
    expect(await old.command('MAIL FROM:<a@contoso.com>')).toMatch(/^250 /);
    expect(await old.command('RCPT TO:<b@contoso.com>')).toMatch(/^250 /);
    const fresh = await greeted(port);
    await fresh.command('HELO c');
    await fresh.command('MAIL FROM:<a@contoso.com>');
    expect(await fresh.command('RCPT TO:<b@contoso.com>')).toMatch(
      /^550 5\.7\.1 Not authorised to relay from 127/,
    );
    old.destroy();
    fresh.destroy();
  });
});

describe('limits', () => {
  it('counts connections in total and by address, and frees the place of one that ends', async () => {
    const around = testSurroundings({ ...plain, limits: { connections: 3, connectionsPerAddress: 2 } });
    const port = await start(around);
    const first = await greeted(port);
    const second = await greeted(port);
    const third = await WireClient.connect(port);
    expect(await third.end()).toMatch(
      /^421 4\.7\.0 Too many connections, try again later \(ref \w{26}\)\r\n$/,
    );
    const other = await greeted(port, { from: '127.0.0.2' });
    const over = await WireClient.connect(port, { from: '127.0.0.3' });
    expect(await over.end()).toMatch(/^421 4\.7\.0 /);
    const rules = around.events.list.flatMap((event) =>
      event.kind === 'session-refused' ? [event.rule] : [],
    );
    expect(rules).toEqual(['connections-per-address', 'connections']);
    first.destroy();
    third.destroy();
    over.destroy();
    await until(() => listeners[0]!.connections === 2);
    (await greeted(port)).destroy();
    second.destroy();
    other.destroy();
  });

  it('counts connections of a source from its first MAIL to the end of the connection', async () => {
    const policy = testPolicy([
      { name: 'one-at-a-time', networks: ['127.0.0.5'], senders: ['*'], limits: { connections: 1 } },
    ]);
    const port = await start(testSurroundings(plain, { policy }));
    const first = await greeted(port, { from: '127.0.0.5' });
    first.send(`HELO c\r\n${envelope}RSET\r\n${envelope}`);
    expect(await first.replies(6)).not.toMatch(/^[45]/m);
    const second = await greeted(port, { from: '127.0.0.5' });
    second.send('HELO c\r\nMAIL FROM:<a@contoso.com>\r\n');
    expect(await second.end()).toMatch(
      /\r\n421 4\.7\.0 Too many connections, try again later \(ref \w+\)\r\n$/,
    );
    first.destroy();
    second.destroy();
    await until(() => listeners[0]!.connections === 0);
    const third = await greeted(port, { from: '127.0.0.5' });
    third.send('HELO c\r\nMAIL FROM:<a@contoso.com>\r\n');
    expect(await third.replies(2)).toMatch(/\r\n250 2\.1\.0/);
    third.destroy();
  });

  it('ends a connection with 421 after its messages, commands', async () => {
    const around = testSurroundings({ ...plain, limits: { messagesPerConnection: 1, commands: 8 } });
    const port = await start(around);
    const client = await greeted(port);
    client.send(`HELO c\r\n${envelope}DATA\r\nx\r\n.\r\nMAIL FROM:<a@contoso.com>\r\n`);
    expect(await client.end()).toMatch(
      /\r\n421 4\.7\.0 Too many messages in one connection \(ref \w{26}\)\r\n$/,
    );
    client.destroy();
    const chatty = await greeted(port);
    chatty.send('NOOP\r\n'.repeat(9));
    expect(await chatty.end()).toMatch(
      /^(?:250 2\.0\.0 OK\r\n){8}421 4\.7\.0 Too many commands \(ref \w{26}\)\r\n$/,
    );
    chatty.destroy();
  });

  it('times out a silent client, and one that sends octets but no line end', async () => {
    const clock = new FakeClock();
    const port = await start(testSurroundings({ ...plain, limits: { idle: '5m' } }, { clock }));
    const silent = await greeted(port);
    const trickling = await greeted(port);
    await clock.advance(4 * 60_000);
    await trickling.command('NOOP');
    trickling.send('NO');
    await clock.advance(70_000);
    expect(await silent.end()).toBe('421 4.4.2 Idle for too long\r\n');
    expect(trickling.closed).toBe(false);
    trickling.send('O');
    await clock.advance(4 * 60_000);
    expect(await trickling.end()).toBe('421 4.4.2 Idle for too long\r\n');
    // Whoever does not close after the last reply is cut off.
    await clock.advance(20_000);
    await until(() => listeners[0]!.connections === 0);
    silent.destroy();
    trickling.destroy();
  });

  it('times out a transaction that takes too long, however busy it is', async () => {
    const clock = new FakeClock();
    const around = testSurroundings({ ...plain, limits: { idle: '5m', transaction: '12m' } }, { clock });
    const client = await greeted(await start(around));
    client.send(`HELO c\r\n${envelope}`);
    await client.replies(3);
    for (let minutes = 0; minutes < 12; minutes += 1) {
      client.send('BDAT 1\r\nx');
      expect(await client.replies()).toBe('250 2.0.0 1 octets received\r\n');
      await clock.advance(60_000);
    }
    await clock.advance(5_000);
    expect(await client.end()).toMatch(/^421 4\.4\.2 Transaction took too long \(ref \w{26}\)\r\n$/);
    expect(around.acceptance.aborted).toBe(1);
    client.destroy();
  });

  it('leaves no timer behind', async () => {
    const clock = new FakeClock();
    const listener = await startListener(testSurroundings(plain, { clock }).options);
    const client = await greeted(listener.port);
    const closed = listener.close(1000);
    expect(await client.end()).toBe('421 4.3.2 Service shutting down\r\n');
    client.destroy();
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('close', () => {
  it('tells idle sessions at once and lets an open transaction finish', async () => {
    const around = testSurroundings(plain);
    const listener = await startListener(around.options);
    const idle = await greeted(listener.port);
    const busy = await greeted(listener.port);
    busy.send(`HELO c\r\n${envelope}DATA\r\n`);
    await busy.replies(4);
    const closed = listener.close(60_000);
    expect(await idle.end()).toBe('421 4.3.2 Service shutting down\r\n');
    idle.destroy();
    busy.send('x\r\n.\r\n');
    expect(await busy.end()).toMatch(
      /^250 2\.0\.0 OK, queued as \w+\r\n421 4\.3\.2 Service shutting down\r\n$/,
    );
    busy.destroy();
    await closed;
    expect(around.acceptance.stored.length).toBe(1);
    await expect(WireClient.connect(listener.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends what is still open when the time is over, and keeps nothing of it', async () => {
    const around = testSurroundings(plain);
    const listener = await startListener(around.options);
    const client = await greeted(listener.port);
    client.send(`HELO c\r\n${envelope}DATA\r\nhalf`);
    await client.replies(4);
    const closed = listener.close(10);
    expect(await client.end()).toBe('421 4.3.2 Service shutting down\r\n');
    client.destroy();
    await closed;
    expect(around.acceptance).toMatchObject({ aborted: 1, stored: [] });
  });
});
