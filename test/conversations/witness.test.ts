/** The witness of the suite sees a session that decides otherwise than the simulator says. */
import { expect, test } from 'vitest';
import { startProcess } from '../harness/child.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { conversationsHeld } from '../harness/witness-evidence.ts';
import { listed } from '../harness/witness-report.ts';
import { collectFromChildren } from '../harness/witness-file.ts';
import { record } from '../harness/witness-record.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';
import type { Source } from '../../src/policy/policy.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { MemorySession } from './memory-session.ts';
import { testSurroundings } from './surroundings.ts';

test('a decision that the simulator does not share is noticed', async () => {
  const around = testSurroundings();
  const rates = around.options.rates as unknown as { admit: (source: Source) => Verdict };
  rates.admit = () => ({
    kind: 'defer',
    code: 451,
    enhanced: '4.7.1',
    text: 'Not today',
    rule: 'messages-per-day',
    explanation: 'test',
  });
  const session = new MemorySession(around, { address: '192.0.2.7', tls: false });
  session.greet();
  await session.send(Buffer.from('EHLO client.example\r\n'));
  const before = record.compared.get('MAIL') ?? 0;
  await session.send(Buffer.from('MAIL FROM:<a@contoso.com>\r\n'));
  expect(record.compared.get('MAIL')).toBe(before + 1);
  expect(record.disagreements.splice(0)).toEqual([
    expect.stringContaining('the session said 451 4.7.1 Not today (messages-per-day), the simulator yes'),
  ]);
});

test('and so is one about the content', async () => {
  const around = testSurroundings();
  around.acceptance.refusal = {
    kind: 'refuse',
    code: 550,
    enhanced: '5.6.0',
    text: 'Not like this',
    rule: 'line-ends',
    explanation: 'test',
  };
  const session = new MemorySession(around, { address: '192.0.2.7', tls: false });
  session.greet();
  const talk = 'EHLO client.example\r\nMAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\nDATA\r\n';
  await session.send(Buffer.from(talk));
  expect(await session.send(Buffer.from('Subject: x\r\n\r\ntext\r\n.\r\n'))).toMatch(/^550 /);
  expect(record.disagreements.splice(0)).toEqual([
    expect.stringContaining('the session said 550 5.6.0 Not like this (line-ends), the simulator yes'),
  ]);
});

test('sessions of a relay in a process of its own are watched as well', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const before = { held: conversationsHeld(), conversations: record.conversations };
  const known = new Map(record.compared);
  await using relay = await startProcess(workspace.configFile);
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<scanner@contoso.com>')).code).toBe(250);
    expect((await talk.say('RCPT TO:<a@fabrikam.example>')).code).toBe(250);
    await talk.say('DATA');
    talk.write('From: scanner@contoso.com\r\n\r\na\nb\r\n.\r\n');
    expect((await talk.reply()).text).toMatch(/^550 5\.6\.0 /);
    // What was answered was written down before, so the end may come at any time.
    relay.process.kill('SIGKILL');
  }
  await relay.exit;
  collectFromChildren();
  expect(record.watching).toContain(relay.pid);
  expect(conversationsHeld()).toBe(before.held + 1);
  expect(record.conversations).toBe(before.conversations + 1);
  const compared = [...record.compared].map(([key, count]) => [key, count - (known.get(key) ?? 0)]);
  expect(Object.fromEntries(compared)).toEqual({ connection: 1, MAIL: 1, RCPT: 1, content: 1 });
});

test('each file and the whole run are listed', () => {
  const files = [
    { file: 'b.test.ts', conversations: 2, compared: { MAIL: 2, content: 1 }, leftAlone: { session: 1 } },
    { file: 'none.test.ts', conversations: 0, compared: {}, leftAlone: {} },
    { file: 'a.test.ts', conversations: 10, compared: { MAIL: 3 }, leftAlone: {} },
  ];
  expect(listed(files)).toEqual([
    'Conversations that the simulator was asked beside: 12 of 2 test files',
    '      10  a.test.ts  MAIL 3',
    '       2  b.test.ts  MAIL 2, content 1',
    'Compared: MAIL 5, content 1',
    'Left alone: session 1',
  ]);
});
