import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome } from '../../message/outcome.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import type { Connector } from '../connector.ts';
import { createConnector } from '../create.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { fakeDns } from '../testing/fake-dns.ts';
import {
  inPieces,
  never,
  plainContent,
  testConfig,
  testDelivery,
  testEnvironment,
} from '../testing/delivery.ts';
import type { NextHopOptions } from '../testing/fake-next-hop.ts';
import { FakeNextHop } from '../testing/fake-next-hop.ts';

const chunking = ['PIPELINING', 'SIZE', '8BITMIME', 'CHUNKING', 'DSN', 'ENHANCEDSTATUSCODES'];
const pipelining = ['PIPELINING', 'SIZE', '8BITMIME', 'DSN', 'ENHANCEDSTATUSCODES'];
const bare: readonly string[] = [];
const everyKind: readonly [name: string, offers: readonly string[]][] = [
  ['CHUNKING', chunking],
  ['PIPELINING', pipelining],
  ['neither', bare],
];

function connectorTo(
  hops: readonly FakeNextHop[],
  document: Record<string, unknown> = {},
  environment: Partial<ConnectorEnvironment> = {},
): Connector {
  const hosts = hops.map(({ port }) => `127.0.0.1:${port}`);
  const config = testConfig({ route: { type: 'smart-host', hosts }, tls: 'off', ...document });
  return createConnector(config, testEnvironment(environment));
}

/** What became of each recipient, in one word each. */
function kinds(outcome: DeliveryOutcome): readonly string[] {
  return outcome.recipients.map((each) => {
    if (each.kind === 'failed')
      return `${each.failure.permanence} ${each.failure.scope} ${each.failure.code}`;
    return each.kind;
  });
}

describe.each(everyKind)('with a next hop that offers %s', (_name, offers) => {
  it('hands messages over byte for byte on one connection', async () => {
    await using hop = await FakeNextHop.start({ offers });
    await using connector = connectorTo([hop]);
    for (let count = 0; count < 3; count += 1) {
      const outcome = await connector.attempt(testDelivery(), never);
      expect(outcome).toMatchObject({ connector: 'out', host: `127.0.0.1:${hop.port}` });
      expect(outcome.recipients).toEqual([
        { kind: 'relayed', reply: { code: 250, enhanced: '2.0.0', lines: ['taken'] }, dsnPassedOn: false },
      ]);
    }
    expect(hop.connections).toBe(1);
    expect(hop.messages.map(({ content }) => content.equals(plainContent))).toEqual([true, true, true]);
  });

  it('gives each recipient its own outcome (D29)', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, line }) => {
        if (verb !== 'RCPT') return undefined;
        if (line.includes('<gone@')) return '550 5.1.1 no such user';
        return line.includes('<later@') ? '451 4.2.1 try later' : undefined;
      },
    });
    await using connector = connectorTo([hop]);
    const to = ['gone@example.net', 'there@example.net', 'later@example.net'];
    const outcome = await connector.attempt(testDelivery({ to }), never);
    expect(kinds(outcome)).toEqual([
      'permanent recipient recipient-refused',
      'relayed',
      'transient recipient recipient-deferred',
    ]);
    expect(hop.messages[0]?.recipients).toEqual(['RCPT TO:<there@example.net>']);
  });

  it('goes on with the connection after all recipients were refused', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, line }) =>
        verb === 'RCPT' && line.includes('gone') ? '550 5.1.1 no such user' : undefined,
    });
    await using connector = connectorTo([hop]);
    const refused = await connector.attempt(testDelivery({ to: ['gone@example.net'] }), never);
    expect(kinds(refused)).toEqual(['permanent recipient recipient-refused']);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.connections).toBe(1);
    expect(hop.messages).toHaveLength(1);
    expect(hop.said('RSET')).toHaveLength(1);
  });

  it('goes on after the sender was refused', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, line }) =>
        verb === 'MAIL' && line.includes('<bad@') ? '550 5.1.8 bad sender' : undefined,
    });
    await using connector = connectorTo([hop]);
    const refused = await connector.attempt(testDelivery({ from: 'bad@example.com' }), never);
    expect(kinds(refused)).toEqual(['permanent message sender-refused']);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.connections).toBe(1);
  });

  it('reports the refusal of the content for the recipients that were accepted', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, messages }) => (verb === 'content' && messages === 0 ? '554 5.6.0 spam' : undefined),
    });
    await using connector = connectorTo([hop]);
    const outcome = await connector.attempt(testDelivery({ to: ['a@b.net', 'c@d.net'] }), never);
    expect(kinds(outcome)).toEqual([
      'permanent message content-refused',
      'permanent message content-refused',
    ]);
  });

  it('says in doubt when the connection is lost after the last octet (RFC 1047)', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb }) => (verb === 'content' ? 'reset' : undefined),
    });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['in-doubt']);
    expect(hop.connections).toBe(1);
  });

  it('keeps the refused recipient out of the doubt', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, line }) => {
        if (line.includes('gone')) return '550 5.1.1 no';
        return verb === 'content' ? 'drop' : undefined;
      },
    });
    await using connector = connectorTo([hop]);
    const outcome = await connector.attempt(testDelivery({ to: ['gone@x.net', 'b@x.net'] }), never);
    expect(kinds(outcome)).toEqual(['permanent recipient recipient-refused', 'in-doubt']);
  });

  it('takes 421 after the content as "not taken", and the connection as ended', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, connection }) =>
        verb === 'content' && connection === 1 ? { say: '421 4.3.2 shutting down', end: 'close' } : undefined,
    });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['transient connector closing']);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.connections).toBe(2);
  });

  it('tries once more on a fresh connection when one that was idle is dead (D23)', async () => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, connection, messages }) =>
        verb === 'MAIL' && connection === 1 && messages === 1 ? 'reset' : undefined,
    });
    await using connector = connectorTo([hop], {}, { clock });
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    await clock.advance(30_000);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.connections).toBe(2);
    expect(hop.messages.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('does not try a third time', async () => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb, connection, messages }) =>
        verb === 'MAIL' && (messages === 1 || connection > 1) ? 'reset' : undefined,
    });
    await using connector = connectorTo([hop], {}, { clock });
    await connector.attempt(testDelivery(), never);
    await clock.advance(30_000);
    const outcome = await connector.attempt(testDelivery(), never);
    expect(hop.connections).toBe(2);
    expect(outcome.recipients[0]?.kind).not.toBe('relayed');
    expect(hop.messages).toHaveLength(1);
  });

  it('uses another connection after messagesPerConnection', async () => {
    await using hop = await FakeNextHop.start({ offers });
    await using connector = connectorTo([hop], { limits: { messagesPerConnection: 2 } });
    for (let count = 0; count < 5; count += 1) await connector.attempt(testDelivery(), never);
    expect(hop.messages.map(({ connection }) => connection)).toEqual([1, 1, 2, 2, 3]);
    expect(hop.said('QUIT').length).toBeGreaterThanOrEqual(1);
  });

  it('does not wait for a next hop that answers QUIT and does not close', async () => {
    await using hop = await FakeNextHop.start({ offers, neverCloses: true });
    const limits = { connections: 1, messagesPerConnection: 1 };
    // The clock stands still: whatever waits for time would wait for ever.
    await using connector = connectorTo([hop], { limits }, { clock: new FakeClock() });
    for (let count = 0; count < 3; count += 1) {
      expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    }
    expect(hop.messages.map(({ connection }) => connection)).toEqual([1, 2, 3]);
  });

  it('never has more connections than allowed, and serves what waits in line', async () => {
    await using hop = await FakeNextHop.start({ offers });
    await using connector = connectorTo([hop], { limits: { connections: 2 } });
    const attempts = Array.from({ length: 20 }, () => connector.attempt(testDelivery(), never));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.flatMap(kinds)).toEqual(Array.from({ length: 20 }, () => 'relayed'));
    expect(hop.connections).toBe(2);
    expect(hop.messages).toHaveLength(20);
  });

  it('streams large content and counts its octets', async () => {
    const content = Buffer.from(`Subject: big\r\n\r\n${'.a line that begins with a dot\r\n'.repeat(20_000)}`);
    await using hop = await FakeNextHop.start({ offers });
    await using connector = connectorTo([hop]);
    const delivery = testDelivery({ content, chunks: () => inPieces(content, 10_007) });
    expect(kinds(await connector.attempt(delivery, never))).toEqual(['relayed']);
    expect(hop.messages[0]?.content.equals(content)).toBe(true);
  });

  it('does not let a content that breaks off pass for a whole one', async () => {
    const content = Buffer.from(`Subject: big\r\n\r\n${'line\r\n'.repeat(20_000)}`);
    await using hop = await FakeNextHop.start({ offers });
    await using connector = connectorTo([hop]);
    const broken = testDelivery({
      content,
      // eslint-disable-next-line typescript/require-await
      chunks: async function* chunks() {
        yield content.subarray(0, 50_000);
        throw new Error('disk error');
      },
    });
    expect(kinds(await connector.attempt(broken, never))).toEqual(['transient message content-unreadable']);
    const short = testDelivery({ content, chunks: () => inPieces(content.subarray(0, -2), 16_384) });
    expect(kinds(await connector.attempt(short, never))).toEqual(['transient message content-unreadable']);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.messages).toHaveLength(1);
  });

  it('leaves an attempt at its signal, and calls it not tried (D30)', async () => {
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb }) => (verb === 'MAIL' ? 'silence' : undefined),
    });
    await using connector = connectorTo([hop]);
    const stop = new AbortController();
    const content = Buffer.from(`Subject: big\r\n\r\n${'line\r\n'.repeat(20_000)}`);
    const attempt = connector.attempt(
      testDelivery({ content, chunks: () => inPieces(content, 1_000) }),
      stop.signal,
    );
    await hop.until(() => hop.said('MAIL').length === 1);
    stop.abort();
    expect(kinds(await attempt)).toEqual(['not-tried']);
  });

  it('waits for the answer to a complete content at its signal, but not for long', async () => {
    let arrived = false;
    await using hop = await FakeNextHop.start({
      offers,
      on: ({ verb }) => {
        if (verb !== 'content') return undefined;
        arrived = true;
        return 'silence';
      },
    });
    const clock = new FakeClock();
    await using connector = connectorTo([hop], {}, { clock });
    const stop = new AbortController();
    let outcome: DeliveryOutcome | undefined;
    const attempt = connector.attempt(testDelivery(), stop.signal).then((value) => (outcome = value));
    await hop.until(() => arrived);
    stop.abort();
    await clock.advance(4_999);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    expect(kinds(await attempt)).toEqual(['in-doubt']);
  });
});

describe('more recipients than the next hop takes at a time (RFC 5321 4.5.3.1.10)', () => {
  const to = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}@example.net`);

  it.each(['452 4.5.3 too many recipients', '452 later', '552 too many'])(
    'sends the rest in further transactions of the same attempt: %s',
    async (refusal) => {
      let taken = 0;
      await using hop = await FakeNextHop.start({
        on: ({ verb }) => {
          if (verb === 'MAIL') taken = 0;
          if (verb !== 'RCPT') return undefined;
          taken += 1;
          return taken > 3 ? refusal : undefined;
        },
      });
      await using connector = connectorTo([hop], { limits: { connections: 1 } });
      const outcome = await connector.attempt(testDelivery({ to }), never);
      expect(new Set(kinds(outcome))).toEqual(new Set(['relayed']));
      expect(hop.messages.map(({ recipients }) => recipients.length)).toEqual([3, 3, 1]);
    },
  );

  it('does not go on where not one is taken, and keeps what was refused for another reason', async () => {
    await using hop = await FakeNextHop.start({
      on: ({ verb, line }) => {
        if (verb !== 'RCPT') return undefined;
        return line.includes('<a@')
          ? undefined
          : line.includes('<b@')
            ? '550 5.1.1 no'
            : '452 4.5.3 too many';
      },
    });
    await using connector = connectorTo([hop], { limits: { connections: 1 } });
    const outcome = await connector.attempt(testDelivery({ to: to.slice(0, 4) }), never);
    expect(kinds(outcome)).toEqual([
      'relayed',
      'permanent recipient recipient-refused',
      'transient recipient too-many-recipients',
      'transient recipient too-many-recipients',
    ]);
    expect(hop.messages).toHaveLength(1);
  });
});

describe('limits.connections', () => {
  it('holds at the next hop too, while connections that have served their messages are being closed', async () => {
    let most = 0;
    await using hop = await FakeNextHop.start({
      on: () => {
        most = Math.max(most, hop.sockets.size);
        return undefined;
      },
    });
    await using connector = connectorTo([hop], { limits: { connections: 2, messagesPerConnection: 1 } });
    const attempts = Array.from({ length: 30 }, () => connector.attempt(testDelivery(), never));
    expect(new Set((await Promise.all(attempts)).flatMap(kinds))).toEqual(new Set(['relayed']));
    expect(hop.connections).toBe(30);
    expect(most).toBe(2);
  });
});

describe('a login that is refused', () => {
  it('is not repeated for each message that waits for a place: the account would be locked', async () => {
    await using hop = await FakeNextHop.start({
      offers: [...chunking, 'AUTH PLAIN'],
      on: ({ verb }) => (verb === 'AUTH' ? '535 5.7.8 wrong' : undefined),
    });
    const login = { username: 'relay', password: 'test-password' };
    await using connector = connectorTo(
      [hop],
      {
        route: { type: 'smart-host', hosts: [`127.0.0.1:${hop.port}`], login },
        limits: { connections: 2 },
      },
      { secrets: { password: login.password } },
    );
    const attempts = Array.from({ length: 20 }, () => connector.attempt(testDelivery(), never));
    const outcomes = (await Promise.all(attempts)).flatMap(kinds);
    expect(new Set(outcomes)).toEqual(new Set(['transient connector login-refused']));
    expect(hop.said('AUTH')).toHaveLength(2);
  });
});

describe('addresses', () => {
  it('connects from `sourceAddress`', async () => {
    const seen: (string | undefined)[] = [];
    await using hop = await FakeNextHop.start({
      on: () => {
        for (const { remoteAddress } of hop.sockets) seen.push(remoteAddress);
        return undefined;
      },
    });
    await using connector = connectorTo([hop], { sourceAddress: '127.0.0.2' });
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(new Set(seen)).toEqual(new Set(['127.0.0.2']));
  });

  it('says when this machine does not have `sourceAddress`', async () => {
    await using hop = await FakeNextHop.start();
    await using connector = connectorTo([hop], { sourceAddress: '192.0.2.77' });
    const outcome = await connector.attempt(testDelivery(), never);
    expect(kinds(outcome)).toEqual(['transient connector source-address-unavailable']);
  });

  it('speaks IPv6', async () => {
    await using hop = await FakeNextHop.start({}, '::1');
    await using connector = connectorTo([hop], {
      route: { type: 'smart-host', hosts: [`[::1]:${hop.port}`] },
      ipVersion: '6',
    });
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
  });

  it.each(['4', '6'])('uses addresses of IPv%s alone where told so', async (ipVersion) => {
    const family = ipVersion === '4' ? '127.0.0.1' : '::1';
    await using hop = await FakeNextHop.start({}, family);
    const dns = fakeDns({ 'both.example': { addresses: ['127.0.0.1', '::1'] } });
    await using connector = connectorTo(
      [hop],
      { route: { type: 'smart-host', hosts: [`both.example:${hop.port}`] }, ipVersion },
      { dns },
    );
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
  });
});

describe('round trips', () => {
  it('writes envelope and content at once with CHUNKING', async () => {
    await using hop = await FakeNextHop.start({ offers: chunking });
    await using connector = connectorTo([hop]);
    await connector.attempt(testDelivery(), never);
    const before = hop.reads.length;
    await connector.attempt(testDelivery(), never);
    expect(hop.reads.length - before).toBe(1);
  });

  it('writes the next envelope behind the content with DATA', async () => {
    await using hop = await FakeNextHop.start({ offers: pipelining });
    await using connector = connectorTo([hop], { limits: { connections: 1 } });
    expect(connector.attemptsMax).toBe(2);
    await connector.attempt(testDelivery(), never);
    const before = hop.reads.length;
    await Promise.all([connector.attempt(testDelivery(), never), connector.attempt(testDelivery(), never)]);
    // First envelope; first content with the second envelope; second content.
    expect(hop.reads.length - before).toBe(3);
    expect(hop.messages).toHaveLength(3);
  });

  it('sends RSET between messages that run ahead with BDAT, so that none inherits a sender (RFC 3030 2)', async () => {
    await using hop = await FakeNextHop.start({
      offers: chunking,
      on: ({ verb, line }) => (verb === 'RCPT' && line.includes('gone') ? '550 5.1.1 no' : undefined),
    });
    await using connector = connectorTo([hop], { limits: { connections: 1 } });
    await connector.attempt(testDelivery(), never);
    const [refused, relayed] = await Promise.all([
      connector.attempt(testDelivery({ from: 'first@example.com', to: ['gone@x.net'] }), never),
      connector.attempt(testDelivery({ from: 'second@example.com' }), never),
    ]);
    expect([refused, relayed].map((outcome) => kinds(outcome)[0])).toEqual([
      'permanent recipient recipient-refused',
      'relayed',
    ]);
    expect(hop.messages.at(-1)?.mail).toContain('second@example.com');
    expect(hop.connections).toBe(1);
  });

  it('asks an idle connection for a sign of life before it gets a whole message', async () => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start({ offers: chunking });
    await using connector = connectorTo([hop], {}, { clock });
    await connector.attempt(testDelivery(), never);
    await clock.advance(10_000);
    const before = hop.reads.length;
    await connector.attempt(testDelivery(), never);
    expect(hop.reads.length - before).toBe(2);
    expect(hop.connections).toBe(1);
  });
});

describe('a next hop that misbehaves', () => {
  const table: readonly [why: string, options: NextHopOptions, code: string][] = [
    [
      'refuses with its greeting',
      { on: ({ verb }) => (verb === 'connect' ? '554 5.7.1 go away' : undefined) },
      'greeting-refused',
    ],
    [
      'is busy',
      { on: ({ verb }) => (verb === 'connect' ? '421 4.3.2 too many connections' : undefined) },
      'closing',
    ],
    [
      'is no SMTP server',
      { on: ({ verb }) => (verb === 'connect' ? 'SSH-2.0-OpenSSH_9.2' : undefined) },
      'protocol-error',
    ],
    [
      'refuses EHLO for now',
      { on: ({ verb }) => (verb === 'EHLO' ? '450 4.7.1 not yet' : undefined) },
      'hello-refused',
    ],
    [
      'drops the connection at once',
      { on: ({ verb }) => (verb === 'connect' ? 'drop' : undefined) },
      'connection-lost',
    ],
    [
      'answers EHLO twice',
      { on: ({ verb }) => (verb === 'EHLO' ? '250 hello\r\n250 again' : undefined) },
      'protocol-error',
    ],
    [
      'asks for a login',
      { on: ({ verb }) => (verb === 'MAIL' ? '530 5.7.57 not authenticated' : undefined) },
      'authentication-required',
    ],
    [
      'answers MAIL with 10 000 lines',
      { on: ({ verb }) => (verb === 'MAIL' ? `${'250-x\r\n'.repeat(10_000)}250 x` : undefined) },
      'protocol-error',
    ],
    [
      'answers MAIL with mixed codes',
      { offers: bare, on: ({ verb }) => (verb === 'MAIL' ? '250-a\r\n550 b' : undefined) },
      'protocol-error',
    ],
  ];
  it.each(table)('%s: the mail waits', async (_why, options, code) => {
    await using hop = await FakeNextHop.start({ offers: pipelining, ...options });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual([`transient connector ${code}`]);
    expect(hop.messages).toHaveLength(0);
  });

  it.each([
    ['greeting', 'connect', 'greeting'],
    ['EHLO', 'EHLO', 'hello'],
    ['MAIL', 'MAIL', 'mail'],
  ])('never answers %s: the deadline ends it (D5)', async (_why, verb, stage) => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start({
      offers: bare,
      on: (step) => (step.verb === verb ? 'silence' : undefined),
    });
    await using connector = connectorTo([hop], { timeouts: { command: '1m' } }, { clock });
    const attempt = connector.attempt(testDelivery(), never);
    if (verb === 'connect') await hop.until(() => hop.connections === 1);
    else await hop.until(() => hop.said(verb).length === 1);
    let outcome: DeliveryOutcome | undefined;
    const finished = attempt.then((value) => (outcome = value));
    while (outcome === undefined) await clock.advance(10_000);
    await finished;
    expect(outcome.recipients).toMatchObject([
      { kind: 'failed', failure: { code: 'reply-timeout', stage, permanence: 'transient' } },
    ]);
  });

  it('takes HELO from a server that does not know EHLO', async () => {
    await using hop = await FakeNextHop.start({
      on: ({ verb }) => (verb === 'EHLO' ? '502 5.5.1 what' : undefined),
    });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.said('HELO')).toEqual(['HELO relay.example.com']);
  });

  it('sends the lone dot where DATA is allowed without a recipient (RFC 2920 3.1)', async () => {
    await using hop = await FakeNextHop.start({
      offers: pipelining,
      on: ({ verb, connection, line }) => {
        if (verb === 'RCPT' && line.includes('gone')) return '550 5.1.1 no';
        return verb === 'DATA-without-recipient' && connection === 1 ? '354 anyway' : undefined;
      },
    });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery({ to: ['gone@x.net'] }), never))).toEqual([
      'permanent recipient recipient-refused',
    ]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['relayed']);
    expect(hop.messages.map(({ content }) => content.length)).toEqual([plainContent.length]);
  });
});

describe('several hosts', () => {
  it('goes to the next host, and first to it for a while', async () => {
    await using down = await FakeNextHop.start({
      on: ({ verb }) => (verb === 'connect' ? '450 4.3.2 busy' : undefined),
    });
    await using up = await FakeNextHop.start();
    await using connector = connectorTo([down, up], { limits: { messagesPerConnection: 1 } });
    for (let count = 0; count < 3; count += 1) {
      const outcome = await connector.attempt(testDelivery(), never);
      expect(outcome).toMatchObject({ host: `127.0.0.1:${up.port}`, recipients: [{ kind: 'relayed' }] });
    }
    expect(down.connections).toBe(1);
  });

  it('says what was wrong at each of them', async () => {
    await using first = await FakeNextHop.start({
      on: ({ verb }) => (verb === 'connect' ? '554 5.3.2 closed' : undefined),
    });
    const second = await FakeNextHop.start();
    const port = second.port;
    await second[Symbol.asyncDispose]();
    await using connector = createConnector(
      testConfig({
        route: { type: 'smart-host', hosts: [`127.0.0.1:${first.port}`, `127.0.0.1:${port}`] },
        tls: 'off',
      }),
      testEnvironment(),
    );
    const [result] = (await connector.attempt(testDelivery(), never)).recipients;
    expect(result).toMatchObject({
      kind: 'failed',
      failure: { code: 'connection-refused', permanence: 'transient', scope: 'connector' },
    });
    expect(result?.kind === 'failed' && result.failure.text).toContain('554 5.3.2 closed');
  });
});

describe('limits of the message', () => {
  it('splits recipients by recipientsPerMessage', async () => {
    await using hop = await FakeNextHop.start();
    await using connector = connectorTo([hop], { limits: { recipientsPerMessage: 2, connections: 1 } });
    const to = ['a@x.net', 'b@x.net', 'c@x.net', 'd@x.net', 'e@x.net'];
    expect(kinds(await connector.attempt(testDelivery({ to }), never))).toEqual(to.map(() => 'relayed'));
    expect(hop.messages.map(({ recipients }) => recipients.length)).toEqual([2, 2, 1]);
  });

  it('splits by the RCPTMAX that the next hop announces (RFC 9422)', async () => {
    await using hop = await FakeNextHop.start({ offers: [...chunking, 'LIMITS RCPTMAX=1'] });
    await using connector = connectorTo([hop]);
    const to = ['a@x.net', 'b@x.net', 'c@x.net'];
    expect(kinds(await connector.attempt(testDelivery({ to }), never))).toEqual(to.map(() => 'relayed'));
    expect(hop.messages.map(({ recipients }) => recipients.length)).toEqual([1, 1, 1]);
  });

  it('respects MAILMAX (RFC 9422)', async () => {
    await using hop = await FakeNextHop.start({ offers: [...chunking, 'LIMITS MAILMAX=1'] });
    await using connector = connectorTo([hop]);
    await connector.attempt(testDelivery(), never);
    await connector.attempt(testDelivery(), never);
    expect(hop.messages.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  it('fails what is too large before the content is sent', async () => {
    await using hop = await FakeNextHop.start({ offers: ['PIPELINING', 'SIZE 50'] });
    await using connector = connectorTo([hop]);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual([
      'permanent message message-too-large',
    ]);
    expect(hop.said('MAIL')).toEqual([]);
  });

  it('says whether NOTIFY was passed on', async () => {
    const envelope = {
      recipients: testDelivery().envelope.recipients.map((each) => ({
        ...each,
        notify: ['success'] as const,
      })),
    };
    for (const [offers, dsnPassedOn] of [
      [pipelining, true],
      [bare, false],
    ] as const) {
      await using hop = await FakeNextHop.start({ offers });
      await using connector = connectorTo([hop]);
      const outcome = await connector.attempt(testDelivery({ envelope }), never);
      expect(outcome.recipients).toMatchObject([{ kind: 'relayed', dsnPassedOn }]);
    }
  });
});

describe('the end of connections', () => {
  it('closes idle ones after their time, in order', async () => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start();
    await using connector = connectorTo([hop], { limits: { idle: '10s' } }, { clock });
    await connector.attempt(testDelivery(), never);
    await clock.advance(9_000);
    connector.idle();
    expect(hop.said('QUIT')).toEqual([]);
    await clock.advance(1_000);
    connector.idle();
    await hop.until(() => hop.sockets.size === 0);
    expect(hop.said('QUIT')).toEqual(['QUIT']);
  });

  it('leaves no timer and no connection behind', async () => {
    const clock = new FakeClock();
    await using hop = await FakeNextHop.start();
    const connector = connectorTo([hop], {}, { clock });
    await Promise.all(Array.from({ length: 8 }, () => connector.attempt(testDelivery(), never)));
    await connector[Symbol.asyncDispose]();
    await hop.until(() => hop.sockets.size === 0);
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
    expect(kinds(await connector.attempt(testDelivery(), never))).toEqual(['not-tried']);
  });
});
