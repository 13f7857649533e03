import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { repository, runCommand, startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const refusing = (text: string) => (recipient: string) =>
  recipient.startsWith('later') ? { code: 451, text } : undefined;

describe('init', () => {
  test('--yes writes files that pass check-config and start; it overwrites nothing without --force', async () => {
    await using workspace = await makeWorkspace({ policy: '' });
    const dir = join(workspace.directory, 'new');
    const init = [
      'init',
      '--yes',
      '--dir',
      dir,
      '--hostname',
      'relay.contoso.com',
      '--next-hop',
      '127.0.0.1:2526',
    ];
    expect((await runCommand(init)).code).toBe(0);
    const configFile = join(dir, 'relay365.yaml');
    expect((await runCommand(['check-config', '--config', configFile])).code).toBe(0);
    expect((await stat(join(dir, 'data'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, 'data/listener.key'))).mode & 0o777).toBe(0o600);

    const again = await runCommand(init);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('--force');

    // Port 0 instead of the written ones, because tests run side by side.
    const written = parse(await workspace.read('new/relay365.yaml'));
    written.listeners[0].port = 0;
    written.console.port = 0;
    await workspace.write('new/relay365.yaml', stringify(written));
    await using relay = await startProcess(configFile);
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    expect((await talk.say('MAIL FROM:<scanner@contoso.com>')).code).toBe(250);
  });

  test('a directory that cannot be made is named, without a stack', async () => {
    await using workspace = await makeWorkspace({ policy: '' });
    const dir = join(workspace.policyFile, 'new');
    const result = await runCommand(['init', '--yes', '--dir', dir]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${dir} cannot be written to`);
    expect(result.stderr).not.toContain('    at ');
  });

  test('writes nothing of which start would say that it is wrong', async () => {
    await using workspace = await makeWorkspace({ policy: '' });
    const dir = join(workspace.directory, 'new');
    const result = await runCommand(['init', '--yes', '--dir', dir, '--network', '10.0.0.300']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('nothing was written');
    expect(result.stderr).toContain('sources[0].networks');
    expect(existsSync(dir)).toBe(false);
  });

  test('without --yes and without a terminal it says what it needs', async () => {
    await using workspace = await makeWorkspace({ policy: '' });
    const result = await runCommand(['init', '--dir', join(workspace.directory, 'new')]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('--yes');
  });
});

describe('on a running relay', () => {
  test('queue, trace, source, connector and policy do what they say', async () => {
    await using nextHop = await startNextHop({ refuse: refusing('4.7.0 come back later') });
    await using relay = await startTestRelay({
      policy: loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } }),
    });
    const run = async (...args: string[]) => {
      const result = await runCommand([...args, '--config', relay.workspace.configFile]);
      expect({ args, ...result }).toMatchObject({ code: 0, stderr: '' });
      return result.stdout;
    };
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    const content = sampleContent('sent by a test');
    const from = 'scanner@contoso.com';
    expect((await talk.send({ from, to: ['later@fabrikam.example'], content })).code).toBe(250);
    const { id } = await relay.event('accepted');
    await relay.event('attempted', (event) => event.id === id);

    // The verbatim reply of the next hop is what the help desk looks for.
    expect(await run('queue', 'list')).toContain('451 4.7.0 come back later');
    const story = await run('trace', id);
    expect(story).toContain('451 4.7.0 come back later');
    expect(story).toContain('accepted from scanner at 127.0.0.1');
    expect(await run('trace', 'LATER@fabrikam')).toContain(id);

    await run('queue', 'hold', id, '--reason', 'until Monday');
    expect(await run('queue', 'list', '--state', 'held')).toContain('until Monday');
    await run('queue', 'release', id);
    await relay.event('attempted', (event) => event.id === id && countOf(relay, id) >= 2);
    await run('queue', 'retry', id);
    await relay.event('attempted', (event) => event.id === id && countOf(relay, id) >= 3);
    await run('queue', 'delete', id);
    const settled = JSON.parse(await run('queue', 'show', id, '--json'));
    expect(settled).toMatchObject({ state: 'settled', result: 'failed' });
    // Deleting tells the sender, who is behind the same next hop here.
    const [notice] = await nextHop.arrived(1);
    expect(notice).toMatchObject({ from: '', to: [from] });

    expect(await run('source', 'list')).toContain('scanner');
    await run('connector', 'suspend', 'next-hop', '--reason', 'maintenance');
    expect(await run('connector', 'list')).toContain('maintenance');
    expect(await run('status')).toContain('connector next-hop is suspended until resumed: maintenance');
    expect((await talk.send({ from, to: ['now@fabrikam.example'], content })).code).toBe(250);
    await run('connector', 'resume', 'next-hop');
    await nextHop.arrived(2);

    expect(parse(await run('policy', 'show'))).toMatchObject({ sources: [{ name: 'scanner' }] });
    expect(await run('policy', 'reload')).toContain('revision 1 is in force');
    expect(JSON.parse(await run('policy', 'revisions', '--json')).items).toHaveLength(1);
    expect(await run('status')).toContain('accepting mail');
  });

  test('policy check names the place of a fault, and ends with 2', async () => {
    await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
    const file = await relay.workspace.write(
      'other.yaml',
      'sources:\n  - name: x\n    networks: [300.1.1.1]\n',
    );
    const result = await runCommand(['policy', 'check', file, '--config', relay.workspace.configFile]);
    expect(result.code).toBe(2);
    expect(result.stdout).toContain(`${file}:3:16`);
  });

  test('a message that is not there is said to be not there', async () => {
    await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
    const result = await runCommand([
      'queue',
      'show',
      '01KB0000000000000000000000',
      '--config',
      relay.workspace.configFile,
    ]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('01KB0000000000000000000000');
  });
});

test('a command whose reader has gone, as with "| head", ends without a stack', async () => {
  const child = spawn(join(repository, 'bin/relay365'), ['--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  expect((await once(child, 'close'))[0]).toBe(0);
  expect(errors).toBe('');
});

function countOf(
  relay: { readonly events: { readonly list: readonly { readonly kind: string }[] } },
  id: string,
): number {
  return relay.events.list.filter(
    (event) => event.kind === 'attempted' && (event as { id?: string }).id === id,
  ).length;
}
