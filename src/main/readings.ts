/** What the metrics show of the moment they are asked for. */
import { readdir } from 'node:fs/promises';
import type { AdminContext } from '../admin/context.ts';
import type { Readings } from '../observe/metrics.ts';

export async function readings(context: AdminContext, startedAt: number): Promise<Readings> {
  const { queue, clock } = context;
  const [stats, openFiles] = await Promise.all([queue.store.stats(), openFileCount()]);
  return {
    ready: context.trouble() === undefined,
    version: context.version,
    queue: {
      active: stats.active,
      held: stats.held,
      settled: stats.settled,
      oldestActiveSeconds:
        stats.oldestActiveAt === undefined ? 0 : (clock.now() - stats.oldestActiveAt) / 1000,
      bytesOnDisk: stats.bytesOnDisk,
      bytesFree: stats.bytesFree,
      bytesInMemory: queue.bytesInMemory,
    },
    connections: context.listeners().map(({ name, connections }) => ({ listener: name, count: connections })),
    connectors: context.delivery.status().connectors.map((connector) => ({
      connector: connector.name,
      active: connector.active,
      waiting: connector.waiting,
      suspended: connector.suspended !== undefined,
      suspendedDestinations: connector.destinations.length,
      quotas: connector.quotas.map(({ quota, used, limit }) => ({ quota, used, limit })),
    })),
    expiries: context.expiries().map(({ what, at }) => ({ what, atSeconds: at / 1000 })),
    policyRevision: context.policy.current.revision,
    sources: context.policy.current.sources.size,
    startedAtSeconds: startedAt / 1000,
    openFiles,
  };
}

/** Linux tells; elsewhere the metric is absent. */
async function openFileCount(): Promise<number | undefined> {
  try {
    return (await readdir('/proc/self/fd')).length;
  } catch {
    return undefined;
  }
}
