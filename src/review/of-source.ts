/** What all findings about a source share. Pure. */
import type { Habit, HabitDay } from '../observe/traffic/habits.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';

const dayMs = 86_400_000;

export interface SourceContext {
  readonly now: Instant;
  /** Number of the day since 1970 that is judged. */
  readonly day: number;
  /** A source is watched for so long before anything about it counts as unusual. */
  readonly learnMs: number;
}

/** Of one source on one day. */
export function ofSource({ key, lastAt }: Habit, [day]: HabitDay) {
  const begin = day * dayMs;
  return {
    source: key,
    subject: key,
    references: [],
    firstAt: instant(begin),
    isOfDay: true as const,
    lastAt: instant(Math.min(lastAt, begin + dayMs - 1)),
  };
}
