/** Runs commands in the process of the test: a hundred processes would take minutes on a machine with other work. */
import type { Command } from 'commander';
import { vi } from 'vitest';
import { createProgram, run } from '../../src/cli/program.ts';

export interface Ran {
  /** `queue list`. */
  readonly path: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Words are separated by spaces; quotation marks hold some together. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** For commands that do not read standard input. */
export async function runHere(words: readonly string[]): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      texts[name] += String(chunk);
      return true;
    }),
  );
  const program = createProgram();
  let path = '';
  for (const command of allOf(program)) command.exitOverride();
  program.hook('preAction', (_program, command) => {
    path = pathOf(command);
  });
  process.exitCode = undefined;
  try {
    await run(['node', 'relay365', ...words], program);
    return { path, code: process.exitCode ?? 0, ...texts };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}

export function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** Those that do something themselves. */
export function leavesOf(program: Command): readonly Command[] {
  return allOf(program).filter(({ commands }) => commands.length === 0);
}

export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name());
  return names.join(' ');
}
