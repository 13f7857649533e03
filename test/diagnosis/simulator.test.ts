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
