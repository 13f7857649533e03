/** The witness of the suite sees a session that decides otherwise than the simulator says. */
import { expect, test } from 'vitest';
import { startProcess } from '../harness/child.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { compared, disagreements } from '../harness/witness.ts';
import { takeSeenByChildren } from '../harness/witness-file.ts';
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
  const before = compared.decisions;
  await session.send(Buffer.from('MAIL FROM:<a@contoso.com>\r\n'));
  expect(compared.decisions).toBe(before + 1);
  expect(disagreements.splice(0)).toEqual([
    expect.stringContaining('the session said 451 4.7.1 Not today (messages-per-day), the simulator yes'),
  ]);
});

test('sessions of a relay in a process of its own are watched as well', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  await using relay = await startProcess(workspace.configFile);
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<scanner@contoso.com>')).code).toBe(250);
    expect((await talk.say('RCPT TO:<a@fabrikam.example>')).code).toBe(250);
    await talk.say('QUIT');
  }
  relay.process.kill('SIGTERM');
  expect(await relay.exit).toBe(0);
  // The connection, MAIL and RCPT.
  expect(takeSeenByChildren()).toEqual({ disagreements: [], decisions: 3 });
});
