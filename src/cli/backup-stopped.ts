/** A backup of a relay that does not run: the command holds its store for that time, as the relay does. */
import { BackupKeeper } from '../backup/keeper.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { backupPlaceOf } from '../main/backup-place.ts';
import { backupSecretOf } from '../main/backup-secret.ts';
import { systemClock } from '../platform/clock.ts';
import type { Stopped } from './access-client.ts';
import type { ConfigOption } from './client.ts';
import { readPolicy } from './read-policy.ts';

export interface MadeHere {
  readonly path: string;
  readonly bytes: number;
  readonly detail: string;
}

/** Throws BackupFault and CommandFailure. */
export async function backUpStopped(
  { node, store, record }: Stopped,
  options: ConfigOption,
  to: string | undefined,
): Promise<MadeHere> {
  const connectors = await connectorsOf(node, options);
  await using keeper = await BackupKeeper.open({
    store,
    clock: systemClock,
    // Nobody listens; the audit entry is what is left of it.
    events: { emit: () => undefined },
    config: node.backup,
    secret: () => backupSecretOf(node),
    place: backupPlaceOf(node, () => connectors ?? []),
  });
  const made = await record({ action: 'createBackup', after: { to: to ?? node.backup?.to } }, () =>
    keeper.create('command', to),
  );
  const note = connectors
    ? ''
    : '; NOT in it: files that connectors of the policy in the store name (the running relay takes them along)';
  return { path: made.path, bytes: made.bytes, detail: made.detail + note };
}

/** `undefined`: the policy is in the store, and only the relay reads it there. */
async function connectorsOf(
  node: LoadedNodeConfig,
  options: ConfigOption,
): Promise<readonly object[] | undefined> {
  if (node.policyOrigin.kind === 'managed') return undefined;
  return (await readPolicy(options)).document.connectors;
}
