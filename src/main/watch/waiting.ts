/** Messages that wait and are not held, and since when the oldest does. */
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';

/** Below this age nobody asks which of them are held: counting costs more than knowing that something waits. */
const lookCloserMs = 60_000;

export async function waitingOf(
  store: Pick<Store, 'stats' | 'queueGroups'>,
  clock: Clock,
): Promise<{ readonly waiting: number; readonly oldestAt?: Instant }> {
  const { active, held, oldestActiveAt } = await store.stats();
  const waiting = Math.max(0, active - held);
  if (oldestActiveAt === undefined || waiting === 0) return { waiting };
  if (held === 0 || clock.now() - oldestActiveAt < lookCloserMs) return { waiting, oldestAt: oldestActiveAt };
  const { groups } = await store.queueGroups('reason', clock.now());
  // What an operator holds waits because somebody wants it to.
  const oldest = groups.filter(({ code }) => code !== 'held').map(({ oldestAt }) => oldestAt);
  const [first] = oldest.toSorted((a, b) => a - b);
  return { waiting, ...(first === undefined ? {} : { oldestAt: first }) };
}
