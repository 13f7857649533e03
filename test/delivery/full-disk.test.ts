/**
 * A whole relay on a disk that is full. Mounting needs rights that not every machine gives, so the test is skipped,
 * visibly, where they are missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runCommand, startProcess } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const mountPoint = mkdtempSync(join(tmpdir(), 'relay365-full-'));
const isMounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mountPoint]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync('umount', [mountPoint]);
  rmSync(mountPoint, { recursive: true });
});

describe.skipIf(!isMounted)('a full disk (needs the right to mount)', () => {
  test('a policy that cannot be put on record changes nothing; waiting mail goes once when there is room', async () => {
    await using nextHop = await startNextHop();
    const suspended = loopbackPolicy(nextHop.port, { connector: { suspended: true } });
    await using workspace = await makeWorkspace({
      policy: suspended,
      node: { data: join(mountPoint, 'data'), minimumFree: '1 MiB' },
    });
    await using relay = await startProcess(workspace.configFile);
    const mail = (subject: string) => ({
      from: 'scanner@contoso.com',
      to: ['someone@fabrikam.example'],
      content: sampleContent(subject),
    });
    {
      await using talk = await SmtpTalk.open(relay.port);
      await talk.say('EHLO client.example');
      for (let count = 0; count < 20; count++) {
        expect((await talk.send(mail(`waiting ${count}`))).code).toBe(250);
      }
      await fill(join(mountPoint, 'ballast'));
      await expect.poll(async () => (await talk.send(mail('too much'))).code).toBe(452);
    }
    await workspace.write('policy.yaml', stringify(loopbackPolicy(nextHop.port)));
    process.kill(relay.pid, 'SIGHUP');
    await relay.event('fault', ({ text }) => String(text).includes('no room left'));
    const status = await runCommand(['status', '--config', workspace.configFile]);
    expect(status.stdout).toMatch(/^policy NOT in force.*could not be put on record.*no room left/m);
    await rm(join(mountPoint, 'ballast'));
    // Nobody saves the file a second time, and no signal comes: the version is taken up by itself.
    await relay.event('policy-loaded', ({ revision }) => revision === 2);
    const after = await runCommand(['status', '--config', workspace.configFile]);
    expect(after.stdout).not.toContain('policy NOT in force');
    const mails = await nextHop.arrived(20);
    process.kill(relay.pid, 'SIGTERM');
    expect(await relay.exit).toBe(0);
    const subjects = mails.map(({ content }) => /^Subject: (.*?)\r$/m.exec(content.toString())?.[1] ?? '');
    expect(subjects.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, count) => `waiting ${count}`).toSorted(),
    );
  });
});

/** Takes the room to the last octet. */
async function fill(file: string): Promise<void> {
  for (const bytes of [2 ** 20, 4096, 1]) {
    for (;;) {
      try {
        await writeFile(file, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        break;
      }
    }
  }
}
