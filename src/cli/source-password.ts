/** `relay365 source password`: the hash for `login.password`, so that the password itself is written nowhere. */
import { createInterface } from 'node:readline/promises';
import { hashPassword, passwordBytesMax } from '../policy/password.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write } from './output.ts';

export async function sourcePassword(): Promise<void> {
  const password = process.stdin.isTTY ? await ask() : await readLine();
  if (password === '')
    throw new CommandFailure(exitCodes.other, 'an empty password is none: give at least one character');
  if (Buffer.byteLength(password) > passwordBytesMax) {
    throw new CommandFailure(exitCodes.other, `a password has at most ${passwordBytesMax} octets`);
  }
  // RFC 4616 2: NUL separates the parts of PLAIN, so no client could send such a password.
  if (password.includes('\0')) {
    throw new CommandFailure(exitCodes.other, 'a password cannot hold a NUL character');
  }
  write(await hashPassword(password));
}

async function ask(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  // The prompt goes to standard error, so that standard output holds the hash alone.
  const first = await password({ message: 'Password', output: process.stderr });
  const second = isCancel(first)
    ? first
    : await password({ message: 'The same again', output: process.stderr });
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
