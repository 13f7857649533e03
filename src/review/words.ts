/** Words of findings. Pure. */
import { countOf } from '../platform/words.ts';

/** `usually 3 a day`, or that there is nothing to hold it against. */
export function usualText(usual: number, days: number): string {
  if (days === 0) return 'the first day that is counted';
  return usual === 0
    ? `never in the ${countOf(days, 'day')} before`
    : `usually ${usual.toFixed(usual < 10 ? 1 : 0)} a day`;
}
