/** What the help says can be typed; the shell completes it; every answer can be had as JSON. */
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addExamples, examples } from '../../src/cli/examples.ts';
import { groups } from '../../src/cli/groups.ts';
import { createProgram } from '../../src/cli/program.ts';
import { runCommand } from '../harness/child.ts';
import { allOf, leavesOf, pathOf, wordsOf } from './in-process.ts';

/** Commands without `--json`, and why. */
const withoutJson: Readonly<Record<string, string>> = {
  start: 'its output is the log, which is JSON by --log-format',
  init: 'it asks questions',
  quickstart: 'it keeps running',
  sandbox: 'it keeps running',
  completion: 'it prints a script',
  'source password': 'it prints one hash',
  'source export': 'it prints a table (CSV)',
  'connector sign-in': 'it waits for a person',
  'microsoft365 collect': 'it prints a script',
};

test('every command answers in JSON, or has a reason why not', () => {
  const without = leavesOf(createProgram())
    .filter(({ options }) => !options.some(({ long }) => long === '--json'))
    .map(pathOf);
  expect(without.toSorted()).toEqual(Object.keys(withoutJson).toSorted());
});

test('every command and option says what it does, and every command stands in one group', () => {
  const program = createProgram();
  const silent = allOf(program).filter((command) => command.description() === '');
  expect(silent.map(pathOf)).toEqual([]);
  const options = allOf(program).flatMap((command) =>
    command.options
      .filter(({ description }) => description === '')
      .map(({ long }) => `${pathOf(command)} ${long}`),
  );
  expect(options).toEqual([]);
  const grouped = groups.flatMap(({ commands }) => commands);
  expect(new Set(grouped).size).toBe(grouped.length);
  expect(grouped.toSorted()).toEqual(program.commands.map((command) => command.name()).toSorted());
});

describe('examples', () => {
  const lines = Object.entries(examples).flatMap(([path, list]) =>
    list.map(({ line }) => [path, line] as const),
  );

  test.each(lines)('%s: relay365 %s', async (path, line) => {
    const program = createProgram();
    let asked = '';
    for (const command of allOf(program))
      command.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const leaf of leavesOf(program)) {
      leaf.action(() => {
        asked = pathOf(leaf);
      });
    }
    await program.parseAsync(['node', 'relay365', ...wordsOf(line)]);
    expect(asked).toBe(path);
  });

  test('an example of a command that is not there is noticed', () => {
    const program = createProgram();
    const [first] = program.commands;
    (program.commands as Command[]).splice(0, 1);
    expect(() => addExamples(program)).toThrow(`not there: ${first?.name()}`);
  });
});

describe('completion', () => {
  const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
    const script = [
      'eval "$1"; shift',
      'COMP_WORDS=(relay365 "$@"); COMP_CWORD=$#; _relay365',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const { stdout: code } = await runCommand(['completion', 'bash']);
    const result = await runCommand(['-c', script, 'bash', code, ...words], { file: 'bash' });
    expect({ ...result }).toMatchObject({ code: 0, stderr: '' });
    return result.stdout.trim().split('\n');
  };

  test.each([
    [['que'], ['queue']],
    [
      ['queue', 're'],
      ['release', 'retry', 'reroute', 'resend'],
    ],
    [
      ['queue', 'act', 're'],
      ['release', 'retry', 'reroute'],
    ],
    [['trace', '--result', 'f'], ['failed']],
    [['user', 'add', 'alex', '--ro'], ['--role']],
    [['user', 'add', 'alex', '--role', 'h'], ['help-desk']],
    [['completion', 'z'], ['zsh']],
  ])('%j is completed by %j', async (words, expected) => {
    expect((await completed(...words)).toSorted()).toEqual(expected.toSorted());
  });

  test('files are left to the shell, which quotes their names', async () => {
    expect(await completed('start', '--config', '')).toEqual(['']);
    const { stdout: code } = await runCommand(['completion', 'bash']);
    const { stdout } = await runCommand(['-c', 'eval "$1"; complete -p relay365', 'bash', code], {
      file: 'bash',
    });
    expect(stdout).toBe('complete -o default -F _relay365 relay365\n');
  });
});
