/** `relay365 backup` from outside: taken with the relay running and stopped, restored, damaged, wrongly keyed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import { runCommand, startProcess } from '../harness/child.ts';
import { quietPort } from '../harness/quiet-port.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

interface Made {
  readonly path: string;
  readonly bytes: number;
  readonly detail: string;
}

const run = (workspace: Workspace, ...args: string[]) =>
  runCommand(['backup', ...args, '--config', workspace.configFile]);

async function json<T>(workspace: Workspace, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(workspace, ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

async function world(): Promise<Workspace> {
  // Mail waits for a next hop that is not there.
  const port = await quietPort();
  const workspace = await makeWorkspace({
    policy: loopbackPolicy(port, { connector: { ca: './tls/gone.pem' } }),
    node: {
      tls: { certificate: './tls/own.pem', key: './tls/own.key' },
      backup: { to: './backups', passphrase: 'a test value of a passphrase' },
    },
  });
  const authority = await createTestAuthority();
  const { certificate, key } = await authority.issue({ names: ['relay.test.example'] });
  await mkdir(join(workspace.directory, 'tls'));
  await workspace.write('tls/own.pem', certificate);
  await workspace.write('tls/own.key', key);
  await workspace.write('tls/gone.pem', authority.certificate);
  return workspace;
}

test('running or stopped, with the files that the configuration names; refused with words where it is not good', async () => {
  await using workspace = await world();
  {
    await using relay = await startProcess(workspace.configFile);
    {
      await using talk = await SmtpTalk.open(relay.port);
      await talk.say('EHLO client.example');
      for (let n = 0; n < 3; n += 1)
        await talk.send({
          from: 'scanner@contoso.com',
          to: ['a@fabrikam.example'],
          content: sampleContent(`Scan ${n}`),
        });
    }
    const made = await json<Made>(workspace, 'create');
    expect(made.detail).toMatch(/^3 messages, 3 of them in work/);
    expect((await json<{ items: object[] }>(workspace, 'list')).items).toHaveLength(1);
  }
  // Nobody runs now: the command opens the store itself.
  const made = await json<Made>(workspace, 'create', '--to', join(workspace.directory, 'stopped.r365'));
  expect(made.detail).toMatch(/^3 messages, 3 of them in work, read back to the end$/);
  expect(await json(workspace, 'verify', made.path)).toMatchObject({ ok: true, messages: 3 });
  expect(await json(workspace, 'rehearse', made.path)).toMatchObject({ ok: true, messages: 3 });

  const into = join(workspace.directory, 'restored');
  expect(await json(workspace, 'restore', made.path, '--into', into)).toMatchObject({
    messages: 3,
    inWork: 3,
  });
  const named = (path: string) =>
    readFile(join(into, 'configuration/files', workspace.directory, path), 'utf8');
  expect(await named('tls/own.key')).toBe(await workspace.read('tls/own.key'));
  expect(await named('tls/gone.pem')).toContain('BEGIN CERTIFICATE');

  const whole = await readFile(made.path);
  const damaged = join(workspace.directory, 'damaged.r365');
  whole[Math.floor(whole.length / 2)] = (whole[Math.floor(whole.length / 2)] ?? 0) ^ 1;
  await writeFile(damaged, whole);
  const cut = join(workspace.directory, 'cut.r365');
  await writeFile(cut, whole.subarray(0, whole.length - 100));
  const other = await workspace.write('other-passphrase', 'another test value of one');
  for (const [args, words] of [
    [['verify', damaged], /damaged|does not fit|changed/],
    [['verify', cut], /cut off|damaged/],
    [['verify', made.path, '--passphrase-file', other], /the passphrase does not fit/],
    [['restore', made.path, '--into', into], /is not empty/],
    [['verify', join(workspace.directory, 'none.r365')], /there is no such file/],
  ] as const) {
    const { code, stderr } = await run(workspace, ...args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(words) });
  }
});
