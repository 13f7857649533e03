import { chmod, rename } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../src/platform/certificates.ts';
import { runCommand, startProcess } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const withSender = (sender: string) => stringify(loopbackPolicy(1, { source: { senders: [sender] } }));
const revision = (number: number) => (line: object) =>
  (line as { readonly revision?: unknown }).revision === number;

describe('the policy file', () => {
  test('is used again on SIGHUP and on change; a session keeps the policy it began with', async () => {
    await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
    await using relay = await startProcess(workspace.configFile);
    await using old = await SmtpTalk.open(relay.port);
    expect((await old.say('EHLO client.example')).code).toBe(250);

    await workspace.write('policy.yaml', withSender('*@fabrikam.example'));
    await relay.event('policy-loaded', revision(2));
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<a@contoso.com>')).code).toBe(550);
    expect((await talk.say('MAIL FROM:<a@fabrikam.example>')).code).toBe(250);
    expect((await old.say('MAIL FROM:<a@contoso.com>')).code).toBe(250);

    const before = relay.lines.length;
    process.kill(relay.pid, 'SIGHUP');
    await relay.event('policy-loaded', (line) => relay.lines.indexOf(line) >= before);
    // The same text is the same revision.
    expect(relay.lines.filter(({ event }) => event === 'policy-loaded').at(-1)?.['revision']).toBe(2);
  });

  test('is noticed when an editor puts a new file in its place', async () => {
    await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
    const fresh = await relay.workspace.write('policy.yaml.new', withSender('*@fabrikam.example'));
    await rename(fresh, relay.workspace.policyFile);
    await relay.event('policy-loaded', revision(2));
  });

  test('with faults is refused with their places, and the one before stays', async () => {
    await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
    await relay.workspace.write('policy.yaml', 'sources:\n  - name: scanner\n    networcs: [127.0.0.1]\n');
    const { text } = await relay.event('policy-refused');
    expect(text).toContain(`${relay.workspace.policyFile}:3:5`);
    expect(relay.relay.policy.current.revision).toBe(1);
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<a@contoso.com>')).code).toBe(250);
    // And a good one after it is used as if nothing had been.
    await relay.workspace.write('policy.yaml', withSender('*@fabrikam.example'));
    await relay.event('policy-loaded', revision(2));
  });

  test('that is taken away changes nothing', async () => {
    await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
    await rename(relay.workspace.policyFile, `${relay.workspace.policyFile}.away`);
    await relay.event('policy-refused');
    expect(relay.relay.policy.current.sources.size).toBe(1);
  });
});

test('revisions survive a restart, and their number goes on', async () => {
  await using workspace = await makeWorkspace({ policy: loopbackPolicy(1) });
  {
    await using first = await startProcess(workspace.configFile);
    await first.event('policy-loaded', revision(1));
  }
  {
    await using second = await startProcess(workspace.configFile);
    await second.event('policy-loaded', revision(1));
  }
  await workspace.write('policy.yaml', withSender('*@fabrikam.example'));
  await using third = await startProcess(workspace.configFile);
  await third.event('policy-loaded', revision(2));
});

describe('what the policy names', () => {
  test('a new password in the same file is used by the next connection after SIGHUP, without restart (D12)', async () => {
    const identity = await selfSigned('localhost', { now: new Date(), days: 2 });
    const passwords: string[] = [];
    const server = new SMTPServer({
      authMethods: ['PLAIN'],
      cert: identity.certificate,
      key: identity.key,
      logger: false,
      onAuth({ username, password }, _session, done) {
        passwords.push(password ?? '');
        done(null, { user: username });
      },
      onData(stream, _session, done) {
        stream.resume().on('end', () => done());
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    await using _closing = { [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(done)) };
    const { port } = server.server.address() as AddressInfo;
    const login = { username: 'relay', password: { file: './next-hop.secret' } };
    const route = { type: 'smart-host', hosts: [`127.0.0.1:${port}`], login };
    await using workspace = await makeWorkspace({
      policy: loopbackPolicy(port, {
        connector: { route, tls: 'required', serverName: 'localhost', ca: './ca.pem' },
      }),
    });
    await workspace.write('ca.pem', identity.certificate);
    const secret = await workspace.write('next-hop.secret', 'first-test-password\n');
    await chmod(secret, 0o600);
    await using relay = await startProcess(workspace.configFile);
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    const send = async (subject: string): Promise<void> => {
      const before = relay.lines.filter(({ event }) => event === 'settled').length;
      const content = sampleContent(subject);
      await talk.send({ from: 'scanner@contoso.com', to: ['someone@fabrikam.example'], content });
      await relay.event(
        'settled',
        () => relay.lines.filter(({ event }) => event === 'settled').length > before,
      );
    };
    await send('one');
    await workspace.write('next-hop.secret', 'second-test-password\n');
    const before = relay.lines.length;
    process.kill(relay.pid, 'SIGHUP');
    await relay.event('policy-loaded', (line) => relay.lines.indexOf(line) >= before);
    await send('two');
    expect(passwords).toEqual(['first-test-password', 'second-test-password']);
    expect(JSON.stringify(relay.lines)).not.toContain('test-password');
  });
});

test('a refused version is seen in the status until it is mended, also by taking the change back', async () => {
  const good = withSender('*@contoso.com');
  await using relay = await startTestRelay({ policy: good });
  const status = async () =>
    (await runCommand(['status', '--config', relay.workspace.configFile])).stdout.split('\n');
  const refusals = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('policy NOT in force'));
  expect(refusals(await status())).toEqual([]);
  await relay.workspace.write('policy.yaml', 'sources:\n  - name: scanner\n    networcs: [127.0.0.1]\n');
  await relay.event('policy-refused');
  const [line] = refusals(await status());
  expect(line).toContain(`${relay.workspace.policyFile}:3:5`);
  expect(line).toContain('did you mean "networks"?');
  const reload = await runCommand(['policy', 'reload', '--config', relay.workspace.configFile]);
  expect(reload).toMatchObject({ code: 1, stdout: '' });
  expect(reload.stderr).toContain('1 fault; the policy before stays in force');
  expect(reload.stderr).toContain(
    'line 3:5: sources[0].networcs: unknown key "networcs"; did you mean "networks"?',
  );
  const before = relay.events.list.length;
  await relay.workspace.write('policy.yaml', good);
  await relay.event('policy-loaded', (event) => relay.events.list.indexOf(event) >= before);
  expect(refusals(await status())).toEqual([]);
});
