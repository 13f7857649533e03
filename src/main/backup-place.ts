/** What a backup is made of beside the store: configuration, and the files that it names. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { BackupPlace } from '../backup/create.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { packageVersion } from './version.ts';

/** Keys whose value is the path of a file; `{ file: PATH }` is how secrets name theirs. */
const pathKeys: ReadonlySet<string> = new Set(['certificate', 'key', 'ca', 'clientCa', 'file']);

/** `connectors`: their configuration as it is in force, with absolute paths. */
export function backupPlaceOf(node: LoadedNodeConfig, connectors: () => readonly object[]): BackupPlace {
  return {
    data: node.data,
    configuration: [
      resolve(node.file),
      ...(node.policyOrigin.kind === 'file' ? [node.policyOrigin.path] : []),
    ],
    named: () => namedFiles(node, connectors()),
    hostname: node.hostname,
    version: packageVersion(),
  };
}

/**
 * The key of backups is never in a backup, and the key of the vault is not where somebody keeps it apart from the data: who
 * finds the one must not have the other.
 */
function namedFiles(node: LoadedNodeConfig, connectors: readonly object[]): readonly string[] {
  const { file: _own, policyOrigin: _policy, backup: _key, secretsKey: _vault, ...rest } = node;
  const own = new Set(['listener.crt', 'listener.key'].map((name) => join(node.data, name)));
  return pathsIn([rest, connectors]).filter((path) => !own.has(path));
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    typeof member === 'string'
      ? pathKeys.has(key) && isAbsolute(member) && dirname(member) !== member
        ? [member]
        : []
      : pathsIn(member),
  );
}
