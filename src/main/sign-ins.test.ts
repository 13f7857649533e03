import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { newKeyText } from '../config/vault.ts';
import type { KeptSignIn } from '../connector/identity/sign-in.ts';
import { instant } from '../platform/clock.ts';
import { SignInFiles } from './sign-ins.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const one of directories.splice(0)) await rm(one, { recursive: true });
});

async function place(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'relay365-sign-ins-'));
  directories.push(data);
  return data;
}

const now = instant(Date.parse('2026-11-23T08:00:00Z'));
const signIn: KeptSignIn = {
  authority: 'https://login.example',
  tenantId: 'contoso.com',
  clientId: 'application',
  refreshToken: 'test-value-refresh-token-1',
  signedInAt: now,
  usedAt: now,
};

test('is kept encrypted, for its owner alone, and read by another process', async () => {
  const data = await place();
  await new SignInFiles({ data }).keep('graph', signIn);
  const file = join(data, 'sign-ins', 'graph.json');
  expect(await readFile(file, 'utf8')).not.toContain(signIn.refreshToken);
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(await new SignInFiles({ data }).slotFor('graph').read()).toEqual(signIn);
  expect(await readdir(join(data, 'sign-ins'))).toEqual(['graph.json']);
});

test('who has signed in meanwhile is not overwritten by a rotation', async () => {
  const data = await place();
  const files = new SignInFiles({ data });
  await files.keep('graph', signIn);
  const slot = files.slotFor('graph');
  await new SignInFiles({ data }).keep('graph', { ...signIn, refreshToken: 'test-value-of-the-person' });
  await slot.replace(signIn.refreshToken, { ...signIn, refreshToken: 'test-value-rotated' });
  expect((await slot.read())?.refreshToken).toBe('test-value-of-the-person');
});

test('rotations one after the other keep the last', async () => {
  const data = await place();
  const slot = new SignInFiles({ data }).slotFor('graph');
  await slot.replace('', signIn);
  await Promise.all([
    slot.replace(signIn.refreshToken, { ...signIn, refreshToken: 'test-value-2' }),
    slot.replace('test-value-2', { ...signIn, refreshToken: 'test-value-3' }),
  ]);
  expect((await slot.read())?.refreshToken).toBe('test-value-3');
});

test('the end is known: 90 days after the last use, or when it was refused', async () => {
  const data = await place();
  await new SignInFiles({ data }).keep('graph', signIn);
  await new SignInFiles({ data }).keep('mailbox', { ...signIn, refusedAt: now });
  const files = new SignInFiles({ data });
  expect(files.endOf('graph')).toBeUndefined();
  await files.look();
  expect(files.endOf('graph')).toEqual({ at: now + 90 * 86_400_000, isRefused: false });
  expect(files.endOf('mailbox')).toEqual({ at: now, isRefused: true });
});

test('a key that was replaced reads what it can still open, and encrypts it anew', async () => {
  const data = await place();
  const file = join(data, 'key');
  const [old, next] = [newKeyText(), newKeyText()];
  await writeFile(file, old, { mode: 0o600 });
  await new SignInFiles({ data, secretsKey: { file } }).keep('graph', signIn);
  await writeFile(file, `${next}\n${old}`);
  await new SignInFiles({ data, secretsKey: { file } }).look();
  await writeFile(file, next);
  expect(await new SignInFiles({ data, secretsKey: { file } }).slotFor('graph').read()).toEqual(signIn);
});

test.each([
  ['damaged', 'not JSON', /damaged/],
  ['not encrypted', JSON.stringify({ version: 1, ...signIn }), /no encrypted value/],
])('a file that is %s is told without its content', async (_, text, words) => {
  const data = await place();
  const files = new SignInFiles({ data });
  await files.keep('graph', signIn);
  await writeFile(join(data, 'sign-ins', 'graph.json'), text);
  await expect(files.slotFor('graph').read()).rejects.toThrow(words);
  await expect(files.slotFor('graph').read()).rejects.not.toThrow(signIn.refreshToken);
});

test('a missing key is told', async () => {
  const data = await place();
  await new SignInFiles({ data }).keep('graph', signIn);
  await rm(join(data, 'secrets.key'));
  await expect(new SignInFiles({ data }).slotFor('graph').read()).rejects.toThrow(/key .* missing/);
});

test('a name cannot lead out of the directory', async () => {
  const files = new SignInFiles({ data: await place() });
  await expect(files.keep('../graph', signIn)).rejects.toThrow(/no connector's name/);
});
