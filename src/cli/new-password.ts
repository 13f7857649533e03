/** Asks for a new password at the terminal, or reads one line from standard input. */
import { createInterface } from 'node:readline/promises';
import { atTerminal } from './at-terminal.ts';
import { CommandFailure, exitCodes } from './failure.ts';

/** `fromStandardInput`: also at a terminal. The prompt goes to standard error. */
export async function newPassword(fromStandardInput: boolean): Promise<string> {
  return process.stdin.isTTY && !fromStandardInput ? ask() : readLine();
}

async function ask(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const question = (message: string) =>
    atTerminal((signal) => password({ message, output: process.stderr, signal }));
  const first = await question('Password');
  const second = isCancel(first) ? first : await question('The same again');
  if (isCancel(first) || isCancel(second)) throw new CommandFailure(exitCodes.other, 'nothing was done');
  if (first !== second)
    throw new CommandFailure(exitCodes.other, 'the two are not the same: nothing was done');
  return first;
}

async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}
