import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';

const reply = '550 5.7.64 TenantAttribution; Relay Access Denied [host.prod.protection.outlook.com]';

test('explains a reply given as words, without a configuration', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'relay365-explain-'));
  try {
    const { code, stdout, stderr } = await runCommand(['explain', ...reply.split(' ')], { cwd: directory });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('attribution-relay-denied');
    expect(stdout).toContain('matched no OnPremises inbound connector');
    expect(stdout).toContain('Compare the public egress IPv4 with the connector');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('reads a bounce from standard input and answers as JSON', async () => {
  const input = `From: postmaster@contoso.com\r\n${'X-Long: x\r\n'.repeat(2000)}\r\nRemote server returned '${reply}'\r\n`;
  const { code, stdout } = await runCommand(['explain', '--json'], { input });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    id: 'attribution-relay-denied',
    meaning: expect.stringContaining('inbound connector') as string,
    cause: expect.arrayContaining([expect.any(String)]) as string[],
    fix: expect.arrayContaining([expect.any(String)]) as string[],
    side: 'microsoft-365',
    retry: 'permanent',
  });
});

test('takes the place into account', async () => {
  expect((await runCommand(['explain', '--where', 'mx', 'queued as 429'])).code).toBe(1);
  expect((await runCommand(['explain', '--where', 'graph', '429 Too Many Requests'])).code).toBe(0);
  expect((await runCommand(['explain', '--where', 'nowhere', '429'])).stderr).toContain('mx');
});

test.each([
  ['a text that nobody knows', ['explain', '--json', 'all is well'], 'nothing is known'],
  ['no text at all', ['explain'], 'nothing to explain'],
])('%s ends with 1 and without output', async (_what, args, words) => {
  const { code, stdout, stderr } = await runCommand(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(words);
});
