/**
 * What a clock that is set back does to waiting mail. Moments lie on disk and in memory by the time of day; where that goes
 * back by hours (a machine that woke with a wrong clock, and was then corrected), a pause of a minute would become one of hours.
 */
import type { Progress, RecipientState } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';

/**
 * The states as they are to be now, or `undefined` where nothing is to be done. A wait that the other side asked for
 * (`Retry-After`) counts from now; a pause of our own choice is over, because nobody can say how much of it is left.
 */
export function afterSetBack(progress: Progress, now: Instant): readonly RecipientState[] | undefined {
  const chosenAt = progress.attempts.at(-1)?.at;
  let touched = false;
  const recipients = progress.recipients.map((state) => {
    if (state.kind !== 'pending' || state.notBefore <= now) return state;
    const isAskedFor = chosenAt !== undefined && state.last?.retryAfterMs !== undefined;
    // Asked for in what is the past by the new clock too: what is left is no more than the whole of it.
    if (isAskedFor && chosenAt <= now) return state;
    touched = true;
    return { ...state, notBefore: isAskedFor ? plus(now, Math.max(0, state.notBefore - chosenAt)) : now };
  });
  return touched ? recipients : undefined;
}
