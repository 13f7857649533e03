import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasTerminal, runAtTerminal } from '../harness/terminal.ts';
import { runCommand } from '../harness/child.ts';
import { makeWorkspace } from '../harness/workspace.ts';

const enter = '\r';
const endOfText = '\u0003';
const endOfInput = '\u0004';
const erased = (count: number): string => '\u007f'.repeat(count);

describe.skipIf(!hasTerminal)('init at a terminal', () => {
  test('asks, says what is wrong with an answer, and writes what check-config accepts', async () => {
    await using workspace = await makeWorkspace({ policy: '' });
    const dir = join(workspace.directory, 'new');
    const { code, screen } = await runAtTerminal(
      ['init', '--dir', dir, '--hostname', 'relay.contoso.com'],
      [
        ['Name of this relay', enter],
        ['Port to listen on', `${erased(4)}99999${enter}`],
        ['a port from 1 to 65535', `${erased(5)}2526${enter}`],
        ['Who may send', `${erased(9)}10.20.4.1/28${enter}`],
        ['sources[0].networks[0]', `${erased(12)}10.20.4.0/28${enter}`],
        ['Sender addresses', enter],
        ['Where mail goes', `mail.contoso.com:25${enter}`],
      ],
    );
    expect(code).toBe(0);
    expect(screen).toContain('10.20.4.0/28 may send from *@contoso.com; everybody else is refused.');
    expect(screen).toContain('Mail leaves by mail.contoso.com:25.');
    expect(screen).toContain('relay365 start --config');
    expect(parse(await workspace.read('new/relay365.yaml'))).toMatchObject({
      hostname: 'relay.contoso.com',
      listeners: [{ address: '0.0.0.0', port: 2526 }],
    });
    expect(parse(await workspace.read('new/policy.yaml'))).toMatchObject({
      sources: [{ networks: ['10.20.4.0/28'], senders: ['*@contoso.com'] }],
      connectors: [{ route: { hosts: ['mail.contoso.com:25'] }, tls: 'required' }],
    });
    expect((await runCommand(['check-config', '--config', join(dir, 'relay365.yaml')])).code).toBe(0);
  });

  test.each([
    ['Ctrl-C', endOfText],
    ['the end of input', `${erased(4)}${endOfInput}`],
  ])('writes nothing when it is broken off by %s', async (_words, keys) => {
    await using workspace = await makeWorkspace({ policy: '' });
    const dir = join(workspace.directory, 'new');
    const { code, screen } = await runAtTerminal(
      ['init', '--dir', dir],
      [
        ['Name of this relay', enter],
        ['Port to listen on', keys],
      ],
    );
    expect(code).toBe(1);
    expect(screen).toContain('nothing was written');
    expect(existsSync(dir)).toBe(false);
  });
});

describe.skipIf(!hasTerminal)('source password at a terminal', () => {
  const ask = (first: string, second: string) =>
    runAtTerminal(
      ['source', 'password'],
      [
        ['Password', `${first}${enter}`],
        ['The same again', `${second}${enter}`],
      ],
    );

  test('asks twice, shows neither, and prints the hash', async () => {
    const { code, screen } = await ask('test-password', 'test-password');
    expect(code).toBe(0);
    expect(screen).toMatch(/^\$scrypt\$ln=\d+,r=8,p=1\$\S+\$\S+\r?$/m);
    expect(screen).not.toContain('test-password');
  });

  test('makes no hash where the input ends before the second', async () => {
    const { code, screen } = await runAtTerminal(
      ['source', 'password'],
      [
        ['Password', `test-password${enter}`],
        ['The same again', endOfInput],
      ],
    );
    expect(code).toBe(1);
    expect(screen).toContain('nothing was done');
    expect(screen).not.toContain('$scrypt$');
  });

  test('makes no hash of two that differ', async () => {
    const { code, screen } = await ask('test-password', 'test-passwort');
    expect(code).toBe(1);
    expect(screen).toContain('the two are not the same');
    expect(screen).not.toContain('$scrypt$');
  });
});

describe('source password from standard input', () => {
  test.each([
    ['an empty line', '\n', 'an empty password is none'],
    ['nothing', '', 'an empty password is none'],
    ['too much', `${'x'.repeat(1025)}\n`, 'at most 1024 octets'],
    ['a NUL', 'test\0password\n', 'cannot hold a NUL'],
  ])('%s is refused in words', async (_, input, words) => {
    const { code, stdout, stderr } = await runCommand(['source', 'password'], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
