/**
 * Where the key of the vault lies: the environment or a file that `secretsKey` names, else `secrets.key` in the data
 * directory, which is made when the first value is to be encrypted. One key a line: the first one encrypts, the others
 * still decrypt.
 */
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeConfig } from './node-schema.ts';
import { readSecret } from './secrets.ts';
import type { Vault } from './vault.ts';
import { createVault, newKeyText, parseKey, VaultError } from './vault.ts';

export const keyFileName = 'secrets.key';

export interface VaultPlace {
  /** Data directory; absolute. */
  readonly data: string;
  /** Paths are absolute. */
  readonly secretsKey?: NodeConfig['secretsKey'];
}

/** The vault as its key lies there; `undefined`: no key was configured, and none was made yet. Throws VaultError. */
export async function openVault(
  { data, secretsKey }: VaultPlace,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Vault | undefined> {
  if (secretsKey !== undefined) {
    const text = await readSecret(secretsKey, data, environment).catch((error: Error) => {
      throw new VaultError(`secretsKey: ${error.message}`, { cause: error });
    });
    return vaultOf(text, 'secretsKey');
  }
  const file = join(data, keyFileName);
  try {
    const { mode } = await stat(file);
    // Windows has no such bits; node then reports them all as set.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new VaultError(`other users may use the key in ${file}: run chmod 600 ${file}`);
    }
    return vaultOf(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof VaultError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new VaultError(`the key in ${file} cannot be read: ${code ?? message}`, { cause: error });
  }
}

/** The same, with a new key file (mode 0600) where there is no key yet. Throws VaultError. */
export async function openOrMakeVault(
  place: VaultPlace,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Vault> {
  const there = await openVault(place, environment);
  if (there) return there;
  const file = join(place.data, keyFileName);
  const text = newKeyText();
  try {
    // What is encrypted with it must reach the disk only after the whole key and its name did.
    await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600, flush: true });
    await rename(`${file}.new`, file);
    await syncDirectory(place.data);
  } catch (cause) {
    throw new VaultError(`the key file ${file} cannot be made: ${(cause as Error).message}`, { cause });
  }
  return createVault(parseKey(text));
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and writes names through by itself.
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
}

function vaultOf(text: string, where: string): Vault {
  try {
    const [first, ...older] = text
      .split(/\s+/)
      .filter((line) => line !== '')
      .map(parseKey);
    if (!first) throw new VaultError('there is no key');
    return createVault(first, older);
  } catch (error) {
    throw new VaultError(`${where}: ${(error as Error).message}`, { cause: error });
  }
}
