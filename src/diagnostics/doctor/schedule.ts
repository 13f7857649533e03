/** When the doctor runs by itself: at the same time each day, from the first run on, whatever is started anew. Pure. */
import type { Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';

const dayMs = 86_400_000;
/** After a start the network may still be coming up. */
export const startDelayMs = 60_000;
/** A run this shortly before the time of day stands for it. */
const nearMs = 3_600_000;

export interface Daily {
  /** The first run of the day; its time of day is kept. */
  readonly anchor: Instant;
  /** The last one. */
  readonly last: Instant;
}

/** `started`: the moment of the start, or of the end of the run before. */
export function nextDaily(daily: Daily | undefined, started: Instant): Instant {
  const soon = plus(started, startDelayMs);
  // A clock that was set back makes a run of the future, which says nothing.
  if (daily === undefined || daily.last > started) return soon;
  const due = after(daily.anchor, plus(daily.last, nearMs));
  return due > soon ? due : soon;
}

/** The first moment later than `than` with the time of day of `anchor`. */
function after(anchor: Instant, than: Instant): Instant {
  return plus(anchor, (Math.floor((than - anchor) / dayMs) + 1) * dayMs);
}

export function noted(daily: Daily | undefined, at: Instant): Daily {
  const anchor = daily === undefined || daily.anchor > at ? at : daily.anchor;
  return { anchor, last: at };
}
