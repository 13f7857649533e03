/** Ends to choose from, as dates that are valid through their day (UTC). Pure. */

const dayMs = 86_400_000;
const friday = 5;

export interface End {
  readonly key: string;
  readonly title: string;
  /** Absent: no end. */
  readonly date?: string;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** On a Friday, the one after it: a permission that ends tonight is seldom meant. */
export function endsFrom(now: Date): readonly End[] {
  const start = now.getTime();
  const toFriday = (friday - now.getUTCDay() + 7) % 7 || 7;
  const monthEnd = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0);
  const named = [
    ['friday', 'Until Friday', dayOf(start + toFriday * dayMs)],
    ['month', 'Until the end of the month', dayOf(monthEnd)],
    ['quarter', 'For three months', dayOf(start + 90 * dayMs)],
    ['half', 'For half a year', dayOf(start + 180 * dayMs)],
    ['year', 'For a year', dayOf(start + 365 * dayMs)],
  ] as const;
  return [
    ...named.map(([key, title, date]) => ({ key, title: `${title} (${date})`, date })),
    { key: 'never', title: 'Without an end' },
  ];
}

/** Lengths of the cut-over mode, in hours; it may last 14 days. */
export const cutOverLengths = [
  [4, 'For four hours'],
  [24, 'For a day'],
  [72, 'For three days'],
  [168, 'For a week'],
  [336, 'For two weeks'],
] as const;
