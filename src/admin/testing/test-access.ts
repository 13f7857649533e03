/** For tests: accounts, audit log and replays over a store, with a key made for the test. */
import type { Access, AccessOptions } from '../../accounts/access.ts';
import { openAccess } from '../../accounts/access.ts';
import { createVault, newKeyText, parseKey } from '../../config/vault.ts';
import { AuditLog } from '../../observe/audit/audit-log.ts';
import type { Clock } from '../../platform/clock.ts';
import { seededRandom } from '../../platform/random.ts';
import type { Store } from '../../store/store.ts';
import { Replays } from '../serve/replays.ts';

export interface TestAccess {
  readonly access: Access;
  readonly audit: AuditLog;
  readonly replays: Replays;
}

export async function openTestAccess(
  store: Store,
  clock: Clock,
  change: Partial<AccessOptions> = {},
): Promise<TestAccess> {
  const vault = change.vault ?? createVault(parseKey(newKeyText()));
  return {
    access: await openAccess({
      store,
      vault,
      clock,
      random: seededRandom(1),
      failures: 5,
      lockoutMs: 900_000,
      testing__passwordCost: { logN: 10, r: 8, p: 1 },
      ...change,
    }),
    audit: await AuditLog.open({ store, vault, clock }),
    replays: await Replays.open(store, vault, clock),
  };
}
