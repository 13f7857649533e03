/** Opens accounts and audit log over the store, by the configuration of the node. */
import type { Access } from '../accounts/access.ts';
import { openAccess } from '../accounts/access.ts';
import type { OidcSettings } from '../accounts/oidc.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { readSecret } from '../config/secrets.ts';
import { openOrMakeVault } from '../config/vault-keys.ts';
import { VaultError } from '../config/vault.ts';
import type { Events } from '../observe/events.ts';
import { AuditLog } from '../observe/audit/audit-log.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { Store } from '../store/store.ts';
import { fileAnchor } from './audit-anchor.ts';
import { StartFailure } from './failure.ts';

export interface OpenedAccess {
  readonly access: Access;
  readonly audit: AuditLog;
}

export async function openNodeAccess(
  node: LoadedNodeConfig,
  parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly random: Random;
    readonly events?: Events;
  },
): Promise<OpenedAccess> {
  const { store, clock, events } = parts;
  try {
    const vault = await openOrMakeVault(node);
    const audit = await AuditLog.open({
      store,
      vault,
      clock,
      ...(events ? { events } : {}),
      ...(node.store === 'memory' ? {} : { anchor: fileAnchor(node.data) }),
    });
    const access = await openAccess({
      ...parts,
      vault,
      failures: node.logins.failures,
      lockoutMs: node.logins.lockout,
      oidc: await oidcSettings(node),
    });
    return { access, audit };
  } catch (error) {
    if (error instanceof VaultError) throw new StartFailure('environment', error.message, { cause: error });
    throw error;
  }
}

async function oidcSettings(node: LoadedNodeConfig): Promise<OidcSettings | undefined> {
  if (node.console === false || !node.console.oidc) return undefined;
  const { oidc } = node.console;
  const clientSecret = await readSecret(oidc.clientSecret, node.directory).catch((cause: Error) => {
    throw new StartFailure('configuration', `console.oidc.clientSecret: ${cause.message}`, { cause });
  });
  const roles = Object.entries(oidc.roles).filter(([, values]) => values !== undefined);
  return { ...oidc, clientSecret, roles: Object.fromEntries(roles) };
}
