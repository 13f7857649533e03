/** Health, status, metrics. Health does no I/O: a slow disk must not make an orchestrator kill the process. */
import { formatInstant } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import type { CutOver } from '../../policy/cut-over.ts';
import { dangerOf } from '../../policy/cut-over.ts';
import { present } from '../views.ts';

function dangersOfMode(mode: CutOver | undefined): string[] {
  return mode ? [dangerOf(mode)] : [];
}

export function statusHandlers(
  context: AdminContext,
): Pick<Handlers, 'health' | 'ready' | 'metrics' | 'status'> {
  return {
    health: () => ({ status: 'ok' as const }),
    ready() {
      // No detail: whoever reaches the port may ask this.
      if (context.trouble() !== undefined) throw new Problem(503, 'unavailable');
      return { status: 'ok' as const };
    },
    metrics: () => context.scrape(),
    async status() {
      const { queue } = context;
      const policy = context.policy.current;
      const stats = await queue.store.stats();
      const trouble = context.trouble();
      const { refused } = context.policies;
      return {
        version: context.version,
        hostname: context.hostname,
        pid: process.pid,
        startedAt: formatInstant(context.startedAt),
        accepting: trouble === undefined,
        ...present({ trouble }),
        data: context.data,
        store: context.storeName,
        listeners: [...context.listeners()],
        queue: {
          active: stats.active,
          held: stats.held,
          settled: stats.settled,
          bytesOnDisk: stats.bytesOnDisk,
          bytesInMemory: queue.bytesInMemory,
          ...present({
            bytesFree: stats.bytesFree,
            oldestActiveAt:
              stats.oldestActiveAt === undefined ? undefined : formatInstant(stats.oldestActiveAt),
          }),
        },
        policy: {
          revision: policy.revision,
          sources: policy.sources.size,
          connectors: policy.connectors.size,
          ...present({ refused: refused && { ...refused, at: formatInstant(refused.at) } }),
        },
        dangers: [...policy.dangers, ...dangersOfMode(context.cutOver.current)],
        expiring: context.expiries().map((item) => ({ ...item, at: formatInstant(item.at) })),
      };
    },
  };
}
