/** What happens in the first hour of a new relay: wrong address, wrong password, next hop down, power cut. */
import { expect, test } from 'vitest';
import { runCommand, startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const mail = (subject: string) => ({
  from: 'scanner@contoso.com',
  to: ['someone@fabrikam.example'],
  content: sampleContent(subject),
});

test('an address that is not allowed is refused with a reference that explains itself', async () => {
  const policy = loopbackPolicy(1, { source: { networks: ['127.0.0.2'] } });
  await using workspace = await makeWorkspace({ policy });
  await using relay = await startProcess(workspace.configFile);
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  // Nothing is said before RCPT, so that the event can name sender and recipient.
  const refusal = await talk.send(mail('refused'));
  // For strangers: code, plain words, reference; no rule, host or path.
  expect(refusal.text).toMatch(/^550 5\.7\.1 .*127\.0\.0\.1.*\(ref [0-9A-Z]{26}\)$/);
  expect(refusal.text).not.toContain('scanner ');
  const ref = /\(ref (\w+)\)/.exec(refusal.text)?.[1] ?? '';
  await relay.event('refused', (line) => line['ref'] === ref);
  const trace = await traceUntil(workspace.configFile, ref, 'why:');
  expect(trace).toContain('127.0.0.2');
  expect(trace).toContain('scanner');
});

test('a wrong password is refused and can be traced; the right one is let in', async () => {
  const { stdout: hash } = await runCommand(['source', 'password'], { input: 'right-test-password\n' });
  expect(hash).toMatch(/^\$scrypt\$/);
  const login = { username: 'erp', password: hash.trim() };
  await using nextHop = await startNextHop();
  const policy = loopbackPolicy(nextHop.port, { source: { networks: [], login } });
  await using workspace = await makeWorkspace({ policy });
  await using relay = await startProcess(workspace.configFile);
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  await talk.startTls();
  await talk.say('EHLO client.example');
  const plain = (password: string) => `AUTH PLAIN ${Buffer.from(`\0erp\0${password}`).toString('base64')}`;
  expect((await talk.say(plain('wrong-test-password'))).code).toBe(535);
  const { ref } = await relay.event('login-failed');
  expect(await traceUntil(workspace.configFile, String(ref), 'user:')).toContain('erp');
  expect((await talk.say(plain('right-test-password'))).code).toBe(235);
  expect((await talk.send(mail('after login'))).code).toBe(250);
  await nextHop.arrived(1);
  // V14 and redaction: neither password is in the log, in any form that was sent.
  const log = JSON.stringify(relay.lines);
  for (const secret of [
    'right-test-password',
    'wrong-test-password',
    plain('right-test-password').slice(11),
  ]) {
    expect(log).not.toContain(secret);
  }
});

test('mail waits while the next hop is down, also over a kill -9, and arrives once when it is back (D1)', async () => {
  const port = await quietPort();
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(port) });
  const subjects = Array.from({ length: 20 }, (_, number) => `waits-${number}`);
  {
    await using relay = await startProcess(workspace.configFile);
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    for (const subject of subjects) expect((await talk.send(mail(subject))).code).toBe(250);
    await relay.event('attempted', (line) => line['deferred'] === 1);
    const list = await runCommand(['queue', 'list', '--json', '--config', workspace.configFile]);
    expect(JSON.parse(list.stdout).items).toHaveLength(20);
    process.kill(relay.pid, 'SIGKILL');
    expect(await relay.exit).toBe('SIGKILL');
  }
  await using nextHop = await startNextHop({ port });
  await using again = await startProcess(workspace.configFile);
  await nextHop.arrived(20);
  const arrived = nextHop.mails.map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1]);
  expect(arrived).toHaveLength(20);
  expect(new Set(arrived)).toEqual(new Set(subjects));
  process.kill(again.pid, 'SIGTERM');
  expect(await again.exit).toBe(0);
  expect(nextHop.mails).toHaveLength(20);
});

test('commands say so, with exit code 3, when no relay is there to answer', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  const never = await runCommand(['status', '--config', workspace.configFile]);
  expect(never.code).toBe(3);
  expect(never.stderr).toContain('was never started');
  {
    await using relay = await startProcess(workspace.configFile);
    expect((await runCommand(['status', '--config', workspace.configFile])).code).toBe(0);
    process.kill(relay.pid, 'SIGKILL');
    await relay.exit;
  }
  const gone = await runCommand(['status', '--config', workspace.configFile]);
  expect(gone.code).toBe(3);
  expect(gone.stderr).toContain('is it running?');
});

test('a wrong command ends with 1 and a suggestion', async () => {
  const result = await runCommand(['statuss']);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('Did you mean status?');
});

/** Refusals are recorded with the next commit, so the trace may need a moment. */
async function traceUntil(configFile: string, ref: string, text: string): Promise<string> {
  for (;;) {
    const { stdout } = await runCommand(['trace', ref, '--config', configFile]);
    if (stdout.includes(text)) return stdout;
  }
}
