/** The key or passphrase of backups, as the configuration names it. */
import { BackupFault } from '../backup/fault.ts';
import type { BackupSecret } from '../backup/key.ts';
import { keySecret, passphraseSecret } from '../backup/key.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';

/** Throws BackupFault. */
export async function backupSecretOf(node: LoadedNodeConfig): Promise<BackupSecret> {
  const { key, passphrase } = node.backup ?? {};
  const secret = key ?? passphrase;
  if (secret === undefined) {
    throw new BackupFault('relay365.yaml has no "backup" with a "key" or a "passphrase"');
  }
  const text = await readSecret(secret, node.directory).catch((cause: Error) => {
    throw new BackupFault(`backup: ${cause.message}`, { cause });
  });
  return key === undefined ? passphraseSecret(text) : keySecret(text);
}
