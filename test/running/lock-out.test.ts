/** Who is locked out after wrong passwords is let in again by the admin API before the time. */
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace } from '../harness/workspace.ts';

/** Test values. */
const right = 'the right password of a test';
const wrong = 'a wrong password of a test';

const plain = (password: string) => `AUTH PLAIN ${Buffer.from(`\0erp\0${password}`).toString('base64')}`;

test('a lock-out of a device is listed, ended once, and the login succeeds', async () => {
  const { stdout } = await runCommand(['source', 'password'], { input: `${right}\n` });
  const password = /\$scrypt\$\S+/.exec(stdout)?.[0] ?? '';
  await using workspace = await makeWorkspace({
    policy: { sources: [{ name: 'erp', login: { username: 'erp', password }, senders: ['*@contoso.com'] }] },
    node: {
      logins: { failures: 2, lockout: '1h' },
      listeners: [{ name: 'devices', address: '127.0.0.1', port: 0, authWithoutTls: true }],
    },
  });
  await using relay = await startTestRelay({ workspace });
  const ask = asking(relay);
  const attempt = async (with_: string): Promise<number> => {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    return (await talk.say(plain(with_))).code;
  };
  expect([await attempt(wrong), await attempt(wrong), await attempt(right)]).toEqual([535, 535, 454]);

  const { lockOuts } = await ask('securityOverview');
  expect(lockOuts.map(({ door, kind, key }) => `${door} ${kind} ${key}`).toSorted()).toEqual([
    'smtp address 127.0.0.1',
    'smtp user erp',
  ]);
  for (const { id } of lockOuts) await ask('endLockOut', { params: { id } });
  expect((await ask('securityOverview')).lockOuts).toEqual([]);
  expect(await attempt(right)).toBe(235);
  for (const { id } of lockOuts) {
    expect((await ask.raw('endLockOut', { params: { id } })).status).toBe(404);
  }
  const { items } = await ask('audit', { query: { action: 'endLockOut' } });
  const told = items.map(({ object, result }) => `${object}: ${result === 'ok' ? 'done' : 'refused'}`);
  expect(told.toSorted()).toEqual([
    'smtp address 127.0.0.1: done',
    'smtp address 127.0.0.1: refused',
    'smtp user erp: done',
    'smtp user erp: refused',
  ]);
});
