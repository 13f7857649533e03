/** Numbers as people read them. Pure. */
export { formatBytes as bytesText } from '../platform/words.ts';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `3 hours`, `1 day`: whole, rounded down; below a second `0 seconds`. */
export function ageText(ms: number): string {
  for (const [name, length] of units) {
    const count = Math.floor(ms / length);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return '0 seconds';
}
