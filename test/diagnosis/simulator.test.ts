/** The simulator of a running relay: what it says, the relay does. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Answer } from '../../contract/routes.ts';
import { hashPassword } from '../../src/policy/password.ts';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { startNameServer } from './dns-server.ts';

const usual = { address: '127.0.0.1', sender: 'scanner@contoso.com', recipients: ['a@fabrikam.example'] };

const decisive = ({ stages }: Answer<'simulate'>) => {
  const stage = stages.find(({ verdict }) => verdict === 'refuse' || verdict === 'defer');
  return stage && `${stage.stage} ${stage.reply}`;
};

test('what no listener reads is refused in its place and in its words', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const ask = asking(relay);
  await using talk = await SmtpTalk.open(relay.port);
  const live = async (line: string) => {
    const { code, text } = await talk.say(line);
    return `${code} ${text}`.replace(/^(\d+) \1/, '$1').replace(/ \(ref \w+\)$/, '');
  };
  const simulated = async (change: object) =>
    decisive(await ask('simulate', { body: { ...usual, ...change } }));
  // RFC 5321 4.1.1.1: EHLO has an argument.
  expect(await simulated({ helo: '' })).toBe(`hello ${await live('EHLO')}`);
  expect(await simulated({ helo: 'any name at_all' })).toBeUndefined();
  await live('EHLO client.example');
  for (const sender of [
    'no-address',
    'a@b@contoso.com',
    'a b@contoso.com',
    'a@-contoso.com',
    'a@contoso..com',
  ]) {
    expect(await simulated({ sender }), sender).toBe(`sender ${await live(`MAIL FROM:<${sender}>`)}`);
  }
  // One bad recipient takes nothing from the others.
  const both = await ask('simulate', { body: { ...usual, recipients: ['x@@y', 'a@fabrikam.example'] } });
  await live('MAIL FROM:<scanner@contoso.com>');
  expect(decisive(both)).toBe(`recipient ${await live('RCPT TO:<x@@y>')}`);
  expect(both.verdict).toBe('accept');
  expect(await simulated({ recipients: ['a@b\r\nRSET'] })).toMatch(/^recipient 501 /);
  await live('QUIT');
});

test('the header From is read as in a message', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const simulated = async (change: object) =>
    decisive(await asking(relay)('simulate', { body: { ...usual, ...change } }));
  expect(await simulated({ from: 'Scanner <scanner@contoso.com>' })).toBeUndefined();
  expect(await simulated({ from: 'boss@fabrikam.example' })).toMatch(/^header-from 550 5\.7\.1 /);
  expect(await simulated({ from: 'no address at all <' })).toMatch(/^header-from 550 .*Malformed From/);
  expect(await simulated({ fromFields: 2 })).toMatch(/^header-from 550 /);
  expect(await simulated({ fromFields: 0 })).toBeUndefined();
});

test('connections and rates are those of this moment, and nothing is counted', async () => {
  const limits = { connections: 1, messagesPerMinute: 1 };
  await using relay = await startTestRelay({ policy: loopbackPolicy(1, { source: { limits } }) });
  const simulated = async () => decisive(await asking(relay)('simulate', { body: usual }));
  for (let n = 0; n < 3; n += 1) expect(await simulated()).toBeUndefined();
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<scanner@contoso.com>')).code).toBe(250);
    expect(await simulated()).toBe('connections 421 4.7.0 Too many connections, try again later');
    await talk.say('QUIT');
  }
  await expect.poll(simulated).toMatch(/^rates 451 4\.7\.1 /);
});

test('a listener that has its fill says so in place of its greeting, in all and by address', async () => {
  const limits = { connections: 3, connectionsPerAddress: 2 };
  await using relay = await startTestRelay({ policy: loopbackPolicy(1), listener: { limits } });
  const simulated = async (address: string) => {
    const result = await asking(relay)('simulate', { body: { ...usual, address } });
    const [first] = result.stages;
    return first?.stage === 'listener' && first.verdict === 'defer' ? `${first.rule} ${first.reply}` : '';
  };
  const words = '421 4.7.0 Too many connections, try again later';
  const greeting = async () => {
    await using talk = await SmtpTalk.open(relay.port);
    return talk.greeting?.text.replace(/ \(ref \w+\)$/, '');
  };
  await using _first = await SmtpTalk.open(relay.port);
  expect(await simulated('127.0.0.1')).toBe('');
  await using _second = await SmtpTalk.open(relay.port);
  expect(await simulated('127.0.0.1')).toBe(`connections-per-address ${words}`);
  expect(await greeting()).toBe(words);
  expect(await simulated('192.0.2.9')).toBe('');
  const other = connect({ port: relay.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  await once(other, 'data');
  expect(await simulated('192.0.2.9')).toBe(`connections ${words}`);
  expect(await greeting()).toBe(words);
  other.destroy();
});

test('SPF of source or listener is judged with the result given, or with what DNS says', async () => {
  await using names = await startNameServer();
  names.zones = { 'contoso.com': { txt: ['v=spf1 ip4:192.0.2.1 -all'] } };
  const password = await hashPassword('test-password');
  await using relay = await startTestRelay({
    listener: { authWithoutTls: true, spf: {} },
    policy: {
      sources: [
        { name: 'strict', login: { username: 'strict', password }, senders: ['*@contoso.com'] },
        {
          name: 'lenient',
          login: { username: 'lenient', password },
          senders: ['*@contoso.com'],
          spf: { fail: 'record' },
        },
        { name: 'printer', networks: ['127.0.0.1'], senders: ['*@contoso.com'] },
      ],
      connectors: [{ name: 'out', route: { type: 'mx' }, tls: 'opportunistic' }],
    },
    overrides: { dns: names.dns },
  });
  const ask = asking(relay);
  const spfOf = async (body: object) => {
    const { stages } = await ask('simulate', { body: { ...usual, sender: 'a@contoso.com', ...body } });
    const found = stages.find(({ stage }) => stage === 'spf');
    return found && `${found.verdict} ${found.rule}`;
  };
  expect(await spfOf({ login: 'strict' })).toBe('refuse spf-fail');
  expect(await spfOf({ login: 'strict', address: '192.0.2.1' })).toBe('accept spf-pass');
  expect(await spfOf({ login: 'strict', spf: 'temperror' })).toBe('defer spf-temperror');
  // What the source says goes before the listener, and an address that is permitted before both.
  expect(await spfOf({ login: 'lenient' })).toBe('accept spf-fail');
  expect(await spfOf({})).toBeUndefined();

  const live = async (name?: string) => {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    if (name !== undefined) {
      const login = Buffer.from(`\0${name}\0test-password`).toString('base64');
      expect((await talk.say(`AUTH PLAIN ${login}`)).code).toBe(235);
    }
    return (await talk.say('MAIL FROM:<a@contoso.com>')).code;
  };
  expect([await live('strict'), await live('lenient'), await live()]).toEqual([550, 250, 250]);

  const { configFile } = relay.workspace;
  const told = await runCommand([
    'policy',
    'simulate',
    'b@fabrikam.example',
    '--address',
    '127.0.0.1',
    '--sender',
    'a@contoso.com',
    '--login',
    'strict',
    '--spf',
    'fail',
    '--helo',
    'client.example',
    '--json',
    '--config',
    configFile,
  ]);
  expect({ code: told.code, ...(JSON.parse(told.stdout) as object) }).toMatchObject({
    code: 1,
    verdict: 'refuse',
  });
});

// RFC 5321 2.3.8 (line ends), 6.3 (loops); RFC 5322 3.6 (fields).
const contents: readonly (readonly [name: string, content: string, said: RegExp | undefined])[] = [
  ['a plain message', 'From: scanner@contoso.com\r\nSubject: x\r\n\r\ntext\r\n', undefined],
  ['a bare LF', 'From: scanner@contoso.com\r\n\r\na\nb\r\n', /^content 550 5\.6\.0 /],
  ['a bare CR in the header', 'From: scanner@contoso.com\r\nX: a\rb\r\n\r\n', /^content 550 5\.6\.0 /],
  ['NUL', 'From: scanner@contoso.com\r\n\r\na\0b\r\n', /^content 550 5\.6\.0 /],
  [
    'too many hops',
    `${'Received: from a by b; Mon, 23 Nov 2026 08:00:00 +0000\r\n'.repeat(25)}\r\n`,
    /^content 554 5\.4\.6 /,
  ],
  ['too many fields', `${'X: y\r\n'.repeat(10_001)}\r\n`, /^content 552 5\.3\.4 .*fields/],
  [
    'a header section that is too large',
    `${`X: ${'y'.repeat(900)}\r\n`.repeat(300)}\r\n`,
    /^content 552 5\.3\.4 /,
  ],
  ['another From', 'From: boss@fabrikam.example\r\n\r\n', /^header-from 550 5\.7\.1 /],
  [
    'two fields From',
    'From: scanner@contoso.com\r\nFrom: a@contoso.com\r\n\r\n',
    /^header-from 550 5\.6\.0 /,
  ],
  ['no header section', 'only text\r\n', undefined],
];

test.each(contents)('the content is judged as in a session: %s', async (_, content, said) => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const base64 = Buffer.from(content, 'latin1').toString('base64');
  const result = await asking(relay)('simulate', { body: { ...usual, content: { base64 } } });
  if (said) expect(decisive(result)).toMatch(said);
  else expect(decisive(result)).toBeUndefined();
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const { text } = await talk.send({
    from: usual.sender,
    to: usual.recipients,
    content: content.replace(/\r\n$/, ''),
  });
  const live = text.replace(/ \(ref \w+\)$/, '').replace(/^(\d+) \1/, '$1');
  if (said) expect(decisive(result)).toMatch(new RegExp(`^[a-z-]+ ${RegExp.escape(live)}$`));
  else expect(live).toMatch(/^250 /);
});

test('repairs and rewrites are those that the content needs, with their places in the policy', async () => {
  const repair = ['missing-date', 'bare-line-feeds'];
  const rewrite = { from: 'alerts@contoso.com', addHeaders: [{ name: 'X-Device', value: 'scanner' }] };
  await using relay = await startTestRelay({ policy: loopbackPolicy(1, { source: { repair, rewrite } }) });
  const ask = asking(relay);
  const base64 = Buffer.from('From: scanner@contoso.com\n\ntext\n').toString('base64');
  const { verdict, stages } = await ask('simulate', { body: { ...usual, content: { base64 } } });
  expect(verdict).toBe('accept');
  const said = stages.filter(({ verdict: word }) => word === 'note').map(({ rule, path }) => [rule, path]);
  expect(said).toEqual(
    expect.arrayContaining([
      ['missing-date', 'sources[0].repair'],
      ['bare-line-feeds', 'sources[0].repair'],
      ['rewrite.from', 'sources[0].rewrite'],
      ['rewrite.addHeaders', 'sources[0].rewrite'],
      // Nothing mends this one here.
      ['missing-message-id', undefined],
    ]),
  );
  const both = { ...usual, from: 'a@contoso.com', content: { text: 'Subject: x\n' } };
  expect(await ask.raw('simulate', { body: both })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('from and fromFields are read in content') as string },
  });
});

test('a file is judged octet for octet, or as text, and of a large one its first lines', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const { workspace } = relay;
  const { configFile } = workspace;
  const file = await workspace.write('mail.eml', 'From: scanner@contoso.com\n\ntext\n');
  const line = `${'x'.repeat(70)}\r\n`;
  const large = await workspace.write(
    'large.eml',
    `From: scanner@contoso.com\r\n\r\n${line.repeat(30_000)}\n`,
  );
  const run = async (...args: readonly string[]) => {
    const place = ['--address', '127.0.0.1', '--sender', usual.sender, '--config', configFile];
    return runCommand(['policy', 'simulate', ...usual.recipients, ...place, ...args]);
  };
  const exact = await run('--message', file);
  expect(exact).toMatchObject({ code: 1, stderr: '' });
  expect(exact.stdout).toMatch(/content: bare LF near octet 26 .*\n +reply: 550 5\.6\.0 /);
  expect(exact.stdout).toContain('add --text');
  expect((await run('--message', file, '--text')).code).toBe(0);
  const first = await run('--message', large);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/Of its 2160030 octets the first 10\d{5} were judged/);
  expect(first.stdout).toMatch(/size: 2\.1 MiB/);
  const binary = await run('--message', file, '--body', 'binarymime', '--json');
  expect(JSON.parse(binary.stdout)).toMatchObject({ verdict: 'refuse' });
  expect(await run('--message', `${file}.none`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be read') as string,
  });
});
