/** The token of the admin API: who can read the data directory may run the relay. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenFileName } from './files.ts';

/** 256 random bits, made once and kept with mode 0600. */
export async function loadOrMakeToken(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, tokenFileName);
  try {
    await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const token = (await readFile(file, 'utf8')).trim();
  if (token.length < 32) {
    throw new Error(
      `${file} does not hold a token of at least 32 characters: delete it, and a new one is made`,
    );
  }
  return token;
}
