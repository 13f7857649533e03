/** Before it does what cannot be taken back, a command asks whoever sits at its terminal, and no is what it begins with. */
import { describe, expect, test } from 'vitest';
import { runCommand } from '../harness/child.ts';
import { hasTerminal, runAtTerminal } from '../harness/terminal.ts';
import { makeWorkspace } from '../harness/workspace.ts';

/** Accounts of a relay that is stopped. */
async function oneAccount() {
  const workspace = await makeWorkspace({ policy: {} });
  const place = ['--config', workspace.configFile];
  const added = await runCommand(['user', 'add', 'anna', '--role', 'viewer', '--password-stdin', ...place], {
    input: 'a long password of a test\n',
  });
  expect(added).toMatchObject({ code: 0 });
  return {
    remove: (keys: string) =>
      runAtTerminal(['user', 'remove', 'anna', ...place], [['Really remove the account anna', keys]]),
    async names(): Promise<string[]> {
      const { stdout } = await runCommand(['user', 'list', '--json', ...place]);
      return (JSON.parse(stdout) as { items: { name: string }[] }).items.map(({ name }) => name);
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

describe.skipIf(!hasTerminal)('a command that cannot be taken back', () => {
  test('is not done after no, Enter alone, Ctrl-C, Escape or the end of input', async () => {
    await using account = await oneAccount();
    for (const keys of ['n', '\r', '\u0003', '\u001b', '\u0004']) {
      const { code, screen } = await account.remove(keys);
      expect({ keys, code, last: screen.trimEnd().split(/\r?\n/).at(-1) }).toEqual({
        keys,
        code: 1,
        last: 'nothing was done',
      });
    }
    expect(await account.names()).toEqual(['anna']);
  });

  test('is done after yes', async () => {
    await using account = await oneAccount();
    const { code, screen } = await account.remove('y');
    expect(code).toBe(0);
    expect(screen).toContain('anna is removed');
    expect(await account.names()).toEqual([]);
  });
});
