import { rename } from 'node:fs/promises';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { startProcess } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy } from '../harness/workspace.ts';
import { makeWorkspace } from '../harness/workspace.ts';

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
