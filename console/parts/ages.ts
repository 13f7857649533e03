/** Age buckets of the queue in words. Pure. */
import { lengthOfTime } from './time.ts';

interface Bucket {
  readonly upToMs: number | null;
  readonly count: number;
}

export function ageBars(buckets: readonly Bucket[]): { readonly title: string; readonly count: number }[] {
  return buckets.map(({ upToMs, count }, index) => ({
    title:
      upToMs === null
        ? `over ${lengthOfTime(buckets[index - 1]?.upToMs ?? 0)}`
        : `to ${lengthOfTime(upToMs)}`,
    count,
  }));
}
