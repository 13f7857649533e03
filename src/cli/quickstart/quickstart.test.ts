import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const command = resolve(import.meta.dirname, '../../../bin/relay365');
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quickstart-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** Runs `relay365 quickstart` from another directory; `when` is sent SIGINT after that text was printed. */
async function quickstart(args: readonly string[], interruptAfter?: string): Promise<Run> {
  const child = spawn(command, ['quickstart', ...args], {
    cwd: directory,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let interrupted = false;
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    if (interruptAfter === undefined || interrupted || !text.includes(interruptAfter)) return;
    interrupted = true;
    child.kill('SIGINT');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

// Two processes each, with real mail: on a busy machine they need their time.
describe('relay365 quickstart', { timeout: 60_000 }, () => {
  it('--once: all samples arrive as sent, exit 0, and nothing is left behind', async () => {
    const { code, text } = await quickstart(['--once']);
    expect(text.match(/identical \+ Received/g)).toHaveLength(8);
    for (const route of ['MX by address', 'MX by certificate', 'submission', 'Graph']) {
      expect(text).toMatch(new RegExp(`TLS +${route} .*identical`));
    }
    expect(text).toMatch(/Graph .*identical \+ Received - Bcc /);
    expect(text).toMatch(/no Date .*identical \+ Received, Date, Message-ID +[0-9A-Z]{26}/);
    expect(text).toMatch(/large scan +25\.0 MB/);
    expect(text).not.toContain('\u001b');
    expect(code).toBe(0);
    expect(await readdir(directory)).toEqual([]);
  });

  it(
    'runs on until it is interrupted, and keeps a directory that was given',
    { timeout: 60_000 },
    async () => {
      const { code, text } = await quickstart(['--dir', 'kept'], 'Ctrl-C');
      expect(text).toMatch(/relay \(SMTP\) +127\.0\.0\.1:\d+\n/);
      expect(text).toMatch(/console +http:\/\/127\.0\.0\.1:\d+\/first#[\w-]{20,}\n/);
      expect(text).toMatch(/what arrived +http:\/\/127\.0\.0\.1:\d+\/messages\n/);
      expect(code).toBe(0);
      expect(await readdir(join(directory, 'kept'))).toEqual(
        expect.arrayContaining(['data', 'policy.yaml', 'relay.log', 'relay365.yaml']),
      );
      expect((await quickstart(['--dir', 'kept', '--once'])).code).toBe(0);
      const policy = await readFile(join(directory, 'kept', 'policy.yaml'), 'utf8');
      expect(
        policy.match(/secret: \{ file: \.\/test-values\/client-secret \} +# a test value/g),
      ).toHaveLength(2);
      expect(policy).not.toContain('test-value~');
      const check = ['check-config', '--config', join(directory, 'kept', 'relay365.yaml')];
      expect((await promisify(execFile)(command, check)).stdout).toMatch(/is valid\n$/);
    },
  );

  it('overwrites no configuration of somebody else', async () => {
    await writeFile(join(directory, 'relay365.yaml'), 'hostname: mine.example\n');
    const { code, text } = await quickstart(['--dir', '.', '--once']);
    expect(text).toMatch(/relay365\.yaml was not made by the quickstart/);
    expect(code).toBe(1);
  });
});
