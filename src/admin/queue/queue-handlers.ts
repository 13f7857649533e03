/** What waits, grouped by what it waits for. */
import { formatInstant } from '../../platform/clock.ts';
import type { QueueGroup } from '../../store/queue-groups.ts';
import { ageLimits } from '../../store/queue-groups.ts';
import type { AdminContext } from '../context.ts';
import type { Explain } from '../explain/explanation-view.ts';
import { explainer, withoutMeaning } from '../explain/explanation-view.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../views.ts';

export function queueHandlers(context: AdminContext): Pick<Handlers, 'queueGroups'> {
  const { queue, clock } = context;
  return {
    async queueGroups({ query }) {
      const { active, held, oldestAt, ages, groups, isCut } = await queue.store.queueGroups(
        query.by,
        clock.now(),
      );
      const explain = explainer(context);
      return {
        active,
        held,
        ...present({ oldestAt: oldestAt === undefined ? undefined : formatInstant(oldestAt) }),
        ages: ageBuckets(ages),
        groups: groups.map((group) => groupView(group, explain)),
        isCut,
      };
    },
  };
}

function groupView(
  { connector, domain, reason, code, nextAttemptAt, oldestAt, ages, ...counts }: QueueGroup,
  explain: Explain,
) {
  const explanation = reason === undefined ? undefined : explain(reason, present({ connector }));
  return {
    ...counts,
    oldestAt: formatInstant(oldestAt),
    ages: ageBuckets(ages),
    ...present({
      connector,
      domain,
      reason: reason === undefined ? undefined : withoutMeaning(reason, explanation),
      explanation,
      code,
      nextAttemptAt: nextAttemptAt === undefined ? undefined : formatInstant(nextAttemptAt),
    }),
  };
}

export function ageBuckets(ages: readonly number[]): { upToMs: number | null; count: number }[] {
  return ages.map((count, index) => ({ upToMs: ageLimits[index] ?? null, count }));
}
