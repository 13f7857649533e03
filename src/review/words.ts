/** Words of findings. Pure. */

/** `1 time`, `20 times`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `usually 3 a day`, or that there is nothing to hold it against. */
export function usualText(usual: number, days: number): string {
  if (days === 0) return 'the first day that is counted';
  return usual === 0
    ? `never in the ${countText(days, 'day')} before`
    : `usually ${usual.toFixed(usual < 10 ? 1 : 0)} a day`;
}
