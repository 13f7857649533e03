import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
import { RawClient } from './testing/raw-client.ts';

const stops: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  stops.push(() => sandbox.stop());
  return sandbox;
}

async function clientOf(sandbox: Sandbox): Promise<RawClient> {
  const client = await RawClient.open(sandbox.mx.port);
  stops.push(() => client.end());
  return client;
}

/** A client that is past banner and EHLO. */
async function greeted(sandbox: Sandbox): Promise<RawClient> {
  const client = await clientOf(sandbox);
  await client.reply();
  await client.line('EHLO relay.contoso.com');
  return client;
}

/** MAIL, RCPT and DATA or not, each of which must be taken. */
async function envelope(client: RawClient, to = 'someone@contoso.com', parameters = ''): Promise<void> {
  expect(await client.line(`MAIL FROM:<scanner@contoso.com>${parameters}`)).toMatch(/^250 2\.1\.0 /);
  expect(await client.line(`RCPT TO:<${to}>`)).toMatch(/^250 2\.1\.5 /);
}

const deadline = (): AbortSignal => AbortSignal.timeout(60_000);

describe('greeting', () => {
  it('has the form of Exchange Online', async () => {
    const client = await clientOf(await sandboxWith());
    expect(await client.reply()).toMatch(
      /^220 contoso-com\.mail\.protection\.outlook\.com Microsoft ESMTP MAIL Service ready at [A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000 \[[0-9A-F]{16}\]$/,
    );
    expect(await client.line('EHLO relay.contoso.com')).toBe(
      [
        '250-contoso-com.mail.protection.outlook.com Hello [127.0.0.1]',
        '250-SIZE 157286400',
        '250-PIPELINING',
        '250-DSN',
        '250-ENHANCEDSTATUSCODES',
        '250-STARTTLS',
        '250-8BITMIME',
        '250-BINARYMIME',
        '250-CHUNKING',
        '250 SMTPUTF8',
      ].join('\n'),
    );
  });

  it('withholds what it is told to', async () => {
    const client = await clientOf(await sandboxWith({ withhold: ['CHUNKING', 'SMTPUTF8'] }));
    await client.reply();
    const reply = await client.line('EHLO relay.contoso.com');
    expect(reply).not.toMatch(/CHUNKING|SMTPUTF8/);
    expect(await client.line('MAIL FROM:<a@contoso.com> SMTPUTF8')).toMatch(/^555 /);
  });

  it.each([
    ['a name that ends in a dot', 'EHLO printer.', /^501 5\.5\.4 Invalid domain name \[/],
    ['MAIL before EHLO', 'MAIL FROM:<a@b.example>', /^503 5\.5\.2 Send hello first/],
    ['an unknown verb', 'GET / HTTP/1.1', /^500 5\.3\.3 Unrecognized command 'GET'/],
    ['AUTH, which this endpoint does not have', 'AUTH LOGIN', /^500 5\.3\.3 /],
    ['a bare LF in a line', 'NOOP\nNOOP', /^500 /],
  ])('refuses %s', async (_why, line, reply) => {
    const client = await clientOf(await sandboxWith());
    await client.reply();
    expect(await client.line(line)).toMatch(reply);
  });
});

describe('a transaction', () => {
  it('keeps envelope and content and answers in the form of Exchange Online', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client, 'someone@contoso.com', ' BODY=8BITMIME RET=HDRS ENVID=QQ314159');
    expect(await client.line('DATA')).toBe('354 Start mail input; end with <CRLF>.<CRLF>');
    client.send('Message-ID: <1@contoso.com>\r\n\r\n..dot\r\nb\xf6\r\n.\r\n');
    const [arrival] = [await sandbox.waitFor(() => true, deadline())];
    expect(await client.reply()).toMatch(
      new RegExp(
        `^250 2\\.6\\.0 <1@contoso\\.com> \\[InternalId=${arrival.id}, Hostname=[^\\]]+\\] \\d+ bytes in \\d\\.\\d{3}, [\\d.]+ KB/sec Queued mail for delivery$`,
      ),
    );
    expect(arrival).toMatchObject({
      from: 'scanner@contoso.com',
      parameters: ['BODY=8BITMIME', 'RET=HDRS', 'ENVID=QQ314159'],
      recipients: [{ address: 'someone@contoso.com', parameters: [] }],
      transfer: 'DATA',
      acknowledged: true,
      notes: [],
      client: { address: '127.0.0.1', helo: 'relay.contoso.com', connection: 1 },
    });
    expect(arrival.content.toString('utf8')).toBe('Message-ID: <1@contoso.com>\r\n\r\n.dot\r\nbö\r\n');
  });

  it('answers a whole pipeline, in order', async () => {
    const sandbox = await sandboxWith();
    const client = await clientOf(sandbox);
    await client.reply();
    const one = 'MAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\nBDAT 5 LAST\r\na\r\n\r\n';
    client.send(`EHLO relay.contoso.com\r\n${one}${one}QUIT\r\n`);
    const codes = (await client.rest()).match(/^\d{3}(?= )/gm);
    expect(codes).toEqual(['250', '250', '250', '250', '250', '250', '250', '221']);
    expect(sandbox.messages()).toHaveLength(2);
  });

  it('takes BDAT in chunks, octet for octet (RFC 3030)', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client, 'someone@contoso.com', ' BODY=BINARYMIME');
    const content = Buffer.from('a: b\r\n\r\n\0\r.\n.\r\n\xff', 'latin1');
    client.send(Buffer.concat([Buffer.from('BDAT 9\r\n'), content.subarray(0, 9)]));
    expect(await client.reply()).toBe('250 2.6.0 CHUNK received OK, 9 octets');
    const rest = content.subarray(9);
    client.send(Buffer.concat([Buffer.from(`BDAT ${rest.length} LAST\r\n`), rest]));
    expect(await client.reply()).toMatch(/^250 2\.6\.0 /);
    expect(sandbox.messages()[0]?.content).toEqual(content);
    expect(sandbox.messages()[0]).toMatchObject({ transfer: 'BDAT', notes: [] });
  });

  it.each([
    ['DATA without a recipient', ['MAIL FROM:<a@contoso.com>', 'DATA'], /^503 5\.5\.2 Need rcpt command/],
    ['RCPT without MAIL', ['RCPT TO:<a@contoso.com>'], /^503 5\.5\.2 Need mail command/],
    ['a second MAIL', ['MAIL FROM:<>', 'MAIL FROM:<>'], /^503 5\.5\.2 Sender already specified/],
    ['a declared size above the limit', ['MAIL FROM:<> SIZE=157286401'], /^552 5\.3\.4 /],
    ['a non-ASCII sender without SMTPUTF8', ['MAIL FROM:<ä@contoso.com>'], /^553 5\.6\.7 /],
    ['a non-ASCII recipient without SMTPUTF8', ['MAIL FROM:<>', 'RCPT TO:<ä@b.example>'], /^553 5\.6\.7 /],
    [
      'DATA for BINARYMIME',
      ['MAIL FROM:<> BODY=BINARYMIME', 'RCPT TO:<a@contoso.com>', 'DATA'],
      /^503 5\.5\.1 /,
    ],
    [
      'NOTIFY=NEVER with others',
      ['MAIL FROM:<>', 'RCPT TO:<a@b.example> NOTIFY=NEVER,DELAY'],
      /^501 5\.5\.4 /,
    ],
    ['an address that is none', ['MAIL FROM:<>', 'RCPT TO:<a..b@c.example>'], /^501 5\.1\.3 /],
  ])('refuses %s', async (_why, lines, reply) => {
    const client = await greeted(await sandboxWith());
    let last = '';
    for (const line of lines) last = await client.line(line);
    expect(last).toMatch(reply);
  });

  it('refuses bare line feeds in DATA and goes on', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client);
    await client.line('DATA');
    client.send('a: b\n\nsmuggled\n.\nMAIL FROM:<x@contoso.com>\r\n.\r\n');
    expect(await client.reply()).toMatch(/^550 5\.6\.11 /);
    expect(await client.line('NOOP')).toMatch(/^250 /);
    expect(sandbox.messages()).toHaveLength(0);
  });

  it('refuses a content above its limit, reads it to its end and goes on', async () => {
    const client = await greeted(await sandboxWith({ limits: { messageBytes: 1000 } }));
    await envelope(client);
    await client.line('DATA');
    client.send(`${'x'.repeat(70)}\r\n`.repeat(1000));
    client.send('.\r\n');
    expect(await client.reply()).toMatch(/^552 5\.3\.4 /);
    expect(await client.line('NOOP')).toMatch(/^250 /);
  });

  it('refuses a header value beyond 32,768 octets by its name', async () => {
    const client = await greeted(await sandboxWith());
    await envelope(client);
    await client.line('DATA');
    client.send(`Autocrypt: ${'x\r\n '.repeat(10_000)}\r\n\r\n.\r\n`);
    expect(await client.reply()).toMatch(/^554 5\.6\.211 .*maximum \(32768\) for the 'Autocrypt' header/);
  });

  it('notes what it takes although no careful client sends it', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client);
    await client.line('DATA');
    client.send(Buffer.from(`Subject: \xe4\r\n\r\n${'x'.repeat(999)}\r\n.\r\n`, 'latin1'));
    await client.reply();
    expect(sandbox.messages()[0]?.notes.map((note) => /\(RFC [^)]*\)/.exec(note)?.[0])).toEqual([
      '(RFC 6152 2)',
      '(RFC 6531 3.4)',
      '(RFC 5322 2.1.1)',
    ]);
  });

  it('closes after too many errors', async () => {
    const client = await greeted(await sandboxWith({ limits: { errors: 3 } }));
    client.send('X\r\n'.repeat(10));
    expect(await client.rest()).toMatch(/421 4\.7\.0 Too many errors/);
  });

  it('ends a silent session in the words of Exchange Online', async () => {
    const client = await greeted(await sandboxWith({ limits: { idleMs: 30 } }));
    expect(await client.reply()).toMatch(/^451 4\.7\.0 Timeout waiting for client input/);
    expect(await client.rest()).toBe('');
  });

  it('ends a session that lasts too long', async () => {
    const client = await greeted(await sandboxWith({ limits: { sessionMs: 50 } }));
    expect(await client.reply()).toMatch(
      /^421 4\.4\.1 Connection timed out\. Total session duration: 00:00:/,
    );
  });
});

describe('STARTTLS', () => {
  it('verifies against its own authority, forgets all, and offers no second', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    expect(await client.line('STARTTLS')).toBe('220 2.0.0 SMTP server ready');
    await client.startTls({ ca: sandbox.caPem, servername: sandbox.mx.name, host: sandbox.mx.name });
    expect(await client.line('MAIL FROM:<a@contoso.com>')).toMatch(/^503 5\.5\.2 Send hello first/);
    expect(await client.line('EHLO relay.contoso.com')).not.toMatch(/STARTTLS/);
    await envelope(client);
    client.send('BDAT 2 LAST\r\n\r\n');
    expect(await client.reply()).toMatch(/^250 2\.6\.0/);
    expect(sandbox.messages()[0]?.client.tls?.version).toBe('TLSv1.3');
  });

  it('ends the session when anything was sent ahead of the handshake', async () => {
    const client = await greeted(await sandboxWith());
    client.send('STARTTLS\r\nMAIL FROM:<a@contoso.com>\r\n');
    expect(await client.rest()).toBe('220 2.0.0 SMTP server ready\r\n');
  });

  it('refuses TLS below 1.2', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await client.line('STARTTLS');
    await expect(
      client.startTls({
        ca: sandbox.caPem,
        servername: sandbox.mx.name,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    ).rejects.toThrow(/protocol version/i);
  });
});

describe('faults by recipient', () => {
  it.each([
    ['tempfail@contoso.com', /^451 4\.3\.2 .* \[contoso-com\./],
    ['permfail@contoso.com', /^550 5\.1\.10 /],
    ['mailbox-full@contoso.com', /^552 5\.2\.2 /],
    ['busy@contoso.com', /^451 4\.7\.500 Server busy\. .*\[127\.0\.0\.1\]/],
    ['close@contoso.com', /^421 4\.3\.2 /],
    ['drop-at-rcpt@contoso.com', /^$/],
  ])('%s at RCPT', async (to, reply) => {
    const client = await greeted(await sandboxWith());
    await client.line('MAIL FROM:<a@contoso.com>');
    expect(await client.line(`RCPT TO:<${to}>`)).toMatch(reply);
  });

  it.each([
    ['tempfail-data@contoso.com', /^451 /, 0],
    ['permfail-data@contoso.com', /^554 /, 0],
    ['drop-in-data@contoso.com', /^$/, 0],
    ['drop-after-dot@contoso.com', /^$/, 1],
    ['slow-1s@contoso.com', /^250 2\.6\.0 /, 1],
  ])('%s at the content', async (to, reply, kept) => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client, to);
    await client.line('DATA');
    client.send(`a: b\r\n\r\n${'x\r\n'.repeat(300)}.\r\n`);
    expect(await client.reply()).toMatch(reply);
    expect(sandbox.messages()).toHaveLength(kept);
  });

  it('drop-after-dot keeps a message that it did not acknowledge, once', async () => {
    const sandbox = await sandboxWith();
    for (const answer of ['', '250']) {
      const client = await greeted(sandbox);
      await envelope(client, 'drop-after-dot-1x@contoso.com');
      client.send('BDAT 2 LAST\r\n\r\n');
      expect((await client.reply()).slice(0, 3)).toBe(answer);
    }
    expect(sandbox.messages().map((arrival) => arrival.acknowledged)).toEqual([false, true]);
  });

  it('answers what came before in the pipeline, and then cuts the connection (RFC 2920 3.2)', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    const message = (to: string): string =>
      `MAIL FROM:<a@contoso.com>\r\nRCPT TO:<${to}>\r\nBDAT 2 LAST\r\n\r\n`;
    client.send(message('bob@contoso.com') + message('drop-after-dot@contoso.com'));
    const codes = (await client.rest()).split('\r\n').map((line) => line.slice(0, 3));
    expect(codes).toEqual(['250', '250', '250', '250', '250', '']);
    expect(sandbox.messages().map((arrival) => arrival.acknowledged)).toEqual([true, false]);
  });
});

describe('nodemailer as client', () => {
  it('sends over verified TLS, with addresses beyond ASCII', async () => {
    const sandbox = await sandboxWith();
    const transport = createTransport({
      host: '127.0.0.1',
      port: sandbox.mx.port,
      requireTLS: true,
      name: 'relay.contoso.com',
      tls: { ca: sandbox.caPem, servername: sandbox.mx.name },
    });
    const info = await transport.sendMail({
      from: 'jürgen@contoso.com',
      to: 'οδός@contoso.com',
      subject: 'Größe',
      text: 'grün',
    });
    expect(info.response).toMatch(/^250 2\.6\.0 <[^>]+> \[InternalId=\d+, .* Queued mail for delivery$/);
    expect(sandbox.messages()[0]).toMatchObject({
      from: 'jürgen@contoso.com',
      recipients: [{ address: 'οδός@contoso.com' }],
      parameters: expect.arrayContaining(['SMTPUTF8']),
    });
  });
});

describe('what is kept', () => {
  it('is bounded, and the oldest goes first', async () => {
    const sandbox = await sandboxWith({ messagesMax: 2 });
    const client = await greeted(sandbox);
    for (const name of ['a', 'b', 'c']) {
      await envelope(client, `${name}@contoso.com`);
      client.send('BDAT 2 LAST\r\n\r\n');
      await client.reply();
    }
    expect(sandbox.messages().map((arrival) => arrival.recipients[0]?.address)).toEqual([
      'b@contoso.com',
      'c@contoso.com',
    ]);
    expect(sandbox.counts()).toEqual({ arrived: 3, kept: 2, keptBytes: 4, dropped: 1, duplicates: 0 });
  });

  it('is written where a directory is given', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    stops.push(() => rm(directory, { recursive: true }));
    const sandbox = await sandboxWith({ directory });
    const client = await greeted(sandbox);
    await envelope(client);
    client.send('BDAT 8 LAST\r\na: b\r\n\r\n');
    await client.reply();
    const id = sandbox.messages()[0]?.id;
    expect(await readFile(join(directory, 'messages', `${id}.eml`), 'latin1')).toBe('a: b\r\n\r\n');
    expect(JSON.parse(await readFile(join(directory, 'messages', `${id}.json`), 'utf8'))).toMatchObject({
      id,
      bytes: 8,
    });
    expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(sandbox.caPem);
  });

  it('is shown over HTTP, to loopback names only', async () => {
    const sandbox = await sandboxWith();
    const client = await greeted(sandbox);
    await envelope(client);
    client.send('BDAT 8 LAST\r\na: b\r\n\r\n');
    await client.reply();
    const list = (await (await fetch(`${sandbox.inspectUrl}/messages`)).json()) as {
      messages: { id: string }[];
    };
    expect(list).toMatchObject({ arrived: 1, messages: [{ from: 'scanner@contoso.com', bytes: 8 }] });
    const raw = await fetch(`${sandbox.inspectUrl}/messages/${list.messages[0]?.id}/raw`);
    expect(await raw.text()).toBe('a: b\r\n\r\n');
    expect((await fetch(`${sandbox.inspectUrl}/messages/../../etc/passwd`)).status).toBe(404);
    const { port } = new URL(sandbox.inspectUrl);
    const rebound = await RawClient.open(Number(port));
    rebound.send('GET /messages HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n');
    expect(await rebound.rest()).toMatch(/^HTTP\/1\.1 421 /);
  });

  it('gives up waiting with the reason of the signal', async () => {
    const sandbox = await sandboxWith();
    const stop = new AbortController();
    const waiting = sandbox.waitFor(() => true, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
