/** Opens the store that the configuration names. */
import type { LoadedNodeConfig } from '../config/load.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store, StoreCommit } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import { StartFailure } from './failure.ts';

export async function openStore(
  node: LoadedNodeConfig,
  clock: Clock,
  onCommit?: (commit: StoreCommit) => void,
): Promise<Store> {
  if (typeof node.store !== 'string') {
    throw new StartFailure(
      'configuration',
      `${node.file}: store: this version keeps mail in "sqlite"; the PostgreSQL engine is not part of it`,
    );
  }
  if (node.store === 'memory') {
    const { createMemoryStore } = await import('../store/memory/memory-store.ts');
    return createMemoryStore({ clock, keepsContent: node.retention.content > 0 });
  }
  const { openSqliteStore } = await import('../store/sqlite/sqlite-store.ts');
  try {
    return await openSqliteStore({
      directory: node.data,
      clock,
      minimumFreeBytes: node.minimumFree,
      keepsContent: node.retention.content > 0,
      ...(onCommit && { onCommit }),
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StartFailure('environment', error.message, { cause: error });
  }
}

/** Name for people. */
export function storeName(node: LoadedNodeConfig): string {
  return typeof node.store === 'string' ? node.store : 'postgres';
}
