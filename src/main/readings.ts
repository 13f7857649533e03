/** What the metrics show of the moment they are asked for. */
import type { AdminContext } from '../admin/context.ts';
import type { Readings } from '../observe/metrics.ts';

export async function readings(context: AdminContext, startedAt: number): Promise<Readings> {
  const { queue, clock } = context;
  const stats = await queue.store.stats();
  return {
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
    connectors: context.delivery.status().connectors.map(({ name, active, suspended }) => ({
      connector: name,
      active,
      suspended: suspended !== undefined,
    })),
    policyRevision: context.policy.current.revision,
    startedAtSeconds: startedAt / 1000,
  };
}
