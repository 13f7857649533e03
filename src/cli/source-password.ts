/** `relay365 source password`: the hash for `login.password`, so that the password itself is written nowhere. */
import { hashPassword, passwordBytesMax } from '../policy/password.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { newPassword } from './new-password.ts';
import { write } from './output.ts';

export async function sourcePassword(): Promise<void> {
  const password = await newPassword(false);
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
