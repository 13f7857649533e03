/** What an operator does to one message, and to a policy that the store keeps. */
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

const run = (relay: TestRelay, ...args: string[]) =>
  runCommand([...args, '--config', relay.workspace.configFile]);

async function sendOne(relay: TestRelay, to: string): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const reply = await talk.send({ from: 'scanner@contoso.com', to: [to], content: sampleContent('one', to) });
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
}

test('queue reroute sends one message by another connector, and back again as the policy says', async () => {
  await using usual = await startNextHop({ refuse: () => ({ code: 451, text: '4.7.0 not now' }) });
  await using other = await startNextHop();
  const policy = loopbackPolicy(usual.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  const second = {
    name: 'other',
    addressSpaces: [{ pattern: 'nowhere.example' }],
    route: { type: 'smart-host', hosts: [`127.0.0.1:${other.port}`] },
    tls: 'off',
  };
  await using relay = await startTestRelay({
    policy: { ...policy, connectors: [...(policy['connectors'] as object[]), second] },
  });
  const id = await sendOne(relay, 'someone@fabrikam.example');
  await relay.event('attempted', (event) => event.id === id);

  const unknown = await run(relay, 'queue', 'reroute', id, 'nobody');
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toContain('the policy has no connector nobody');

  expect(await run(relay, 'queue', 'reroute', id, 'other')).toMatchObject({ code: 0 });
  const [arrived] = await other.arrived(1);
  expect(arrived?.to).toEqual(['someone@fabrikam.example']);
  await relay.event('settled', (event) => event.id === id);
  const trace = (await run(relay, 'trace', id)).stdout;
  expect(trace).toContain('tried by next-hop');
  expect(trace).toContain(`was relayed`);
  expect(trace).toContain('by other to 127.0.0.1');

  const held = await sendOne(relay, 'second@fabrikam.example');
  await relay.event('attempted', (event) => event.id === held);
  expect(await run(relay, 'queue', 'hold', held)).toMatchObject({ code: 0 });
  expect(await run(relay, 'queue', 'reroute', held, 'other')).toMatchObject({ code: 0 });
  expect(await run(relay, 'queue', 'reroute', held)).toMatchObject({
    code: 0,
    stdout: `${held} goes as the policy says\n`,
  });
  const shown = JSON.parse((await run(relay, 'queue', 'show', held, '--json')).stdout);
  expect(shown).not.toHaveProperty('reroute');
  expect(other.mails).toHaveLength(1);
});

test('queue delete --without-notice tells nobody', async () => {
  await using nextHop = await startNextHop({
    refuse: (to) => (to.startsWith('later') ? { code: 451, text: '4.7.0 not now' } : undefined),
  });
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  await using relay = await startTestRelay({ policy });
  const id = await sendOne(relay, 'later@fabrikam.example');
  await relay.event('attempted', (event) => event.id === id);
  expect(await run(relay, 'queue', 'delete', id, '--without-notice')).toMatchObject({
    code: 0,
    stdout: `${id} is given up without a notice\n`,
  });
  expect(JSON.parse((await run(relay, 'queue', 'show', id, '--json')).stdout)).toMatchObject({
    state: 'settled',
    result: 'failed',
  });
  // A notice would be the next thing to leave; mail that came after it arrives, and no notice does.
  await sendOne(relay, 'now@fabrikam.example');
  const [arrived] = await nextHop.arrived(1);
  expect(arrived?.to).toEqual(['now@fabrikam.example']);
  const all = JSON.parse((await run(relay, 'queue', 'list', '--state', 'all', '--json')).stdout);
  expect(all.items.filter((item: { readonly isNotice: boolean }) => item.isNotice)).toEqual([]);
});

test('policy set puts a policy in force where the store keeps it, refuses one with faults, and survives a restart', async () => {
  await using relay = await startTestRelay({ policy: '', node: { policy: undefined } });
  const { workspace } = relay;
  const refused = async () => {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    await talk.say('MAIL FROM:<scanner@contoso.com>');
    return (await talk.say('RCPT TO:<a@fabrikam.example>')).code === 550;
  };
  expect(await refused()).toBe(true);
  const faulty = await workspace.write('faulty.yaml', 'sources:\n  - name: x\n    networks: [300.1.1.1]\n');
  const fault = await run(relay, 'policy', 'set', faulty);
  expect(fault.code).toBe(1);
  expect(fault.stderr).toContain('line 3:16: sources[0].networks[0]');
  const missing = await run(relay, 'policy', 'set', `${workspace.directory}/nothing.yaml`);
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stderr).toContain('nothing.yaml cannot be read');

  const good = await workspace.write('good.yaml', JSON.stringify(loopbackPolicy(1)));
  expect((await run(relay, 'policy', 'set', good)).stdout).toContain('policy revision 1 is in force');
  expect(await refused()).toBe(false);
  expect((await run(relay, 'policy', 'reload')).stderr).toContain('kept in the store');

  await relay.relay.stop({ graceMs: 0 });
  await using again = await startTestRelay({ workspace });
  expect(again.relay.policy.current.sources.size).toBe(1);
  expect(parse((await run(again, 'policy', 'show')).stdout)).toMatchObject({
    sources: [{ name: 'scanner' }],
  });
});

test('policy set is refused, with the place to change it, where the policy is a file', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const result = await run(relay, 'policy', 'set', relay.workspace.policyFile);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`the policy is kept in ${relay.workspace.policyFile}`);
});
