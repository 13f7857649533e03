/** Age buckets of the queue in words. Pure. */
import { lengthOfTime } from './time.ts';

interface Bucket {
  readonly upToMs: number | null;
  readonly count: number;
}

export interface AgeBar {
  readonly title: string;
  readonly count: number;
  /** Filters of the list of messages that hold these. */
  readonly search: Readonly<Record<string, string>>;
}

/** `now`: when the buckets were counted. */
export function ageBars(buckets: readonly Bucket[], now: Date): AgeBar[] {
  const before = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  return buckets.map(({ upToMs, count }, index) => ({
    title:
      upToMs === null
        ? `over ${lengthOfTime(buckets[index - 1]?.upToMs ?? 0)}`
        : `up to ${lengthOfTime(upToMs)}`,
    count,
    search: {
      status: 'waiting',
      order: 'oldest',
      ...(upToMs !== null && { from: before(upToMs) }),
      ...(index > 0 && { before: before(buckets[index - 1]?.upToMs ?? 0) }),
    },
  }));
}
