/** Counts of one stretch of time, by series; bounded in series. */
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Counted, Counts } from './counts.ts';
import { addCounts, countNames, noCounts } from './counts.ts';

/** Names told apart within one bucket; the rest is counted under `otherName`. */
const sourcesMax = 100;
const connectorsMax = 50;
export const otherName = '(other)';
export const totalName = 'total';

export type SeriesKind = 'total' | 'source' | 'connector';
const kinds: readonly SeriesKind[] = ['total', 'source', 'connector'];

interface BucketText {
  readonly at: number;
  readonly rolled?: true;
  readonly series: Readonly<Partial<Record<SeriesKind, Readonly<Record<string, readonly number[]>>>>>;
}

export class Bucket {
  readonly at: Instant;
  /** Its counts are in the longer buckets as well. */
  isRolled = false;
  isDirty = false;
  readonly #series = new Map<SeriesKind, Map<string, Counts>>(kinds.map((kind) => [kind, new Map()]));

  constructor(at: Instant) {
    this.at = at;
  }

  count({ names, source, connector }: Counted): void {
    this.isDirty = true;
    for (const name of names) {
      const index = countNames.indexOf(name);
      this.#one('total', totalName, index);
      if (source !== undefined) this.#one('source', source, index);
      if (connector !== undefined) this.#one('connector', connector, index);
    }
  }

  add(other: Bucket): void {
    this.isDirty = true;
    for (const [kind, series] of other.#series) {
      for (const [name, counts] of series) addCounts(this.#counts(kind, name), counts);
    }
  }

  series(kind: SeriesKind): ReadonlyMap<string, Counts> {
    return this.#series.get(kind) ?? new Map();
  }

  text(): string {
    const series = Object.fromEntries(kinds.map((kind) => [kind, Object.fromEntries(this.series(kind))]));
    return JSON.stringify({ at: this.at, ...(this.isRolled ? { rolled: true } : {}), series });
  }

  static parse(text: string): Bucket {
    const { at, rolled, series } = JSON.parse(text) as BucketText;
    const bucket = new Bucket(instant(at));
    bucket.isRolled = rolled === true;
    for (const kind of kinds) {
      for (const [name, counts] of Object.entries(series[kind] ?? {}))
        addCounts(bucket.#counts(kind, name), counts);
    }
    return bucket;
  }

  #one(kind: SeriesKind, name: string, index: number): void {
    const counts = this.#counts(kind, name);
    counts[index] = (counts[index] ?? 0) + 1;
  }

  #counts(kind: SeriesKind, name: string): Counts {
    const series = this.#series.get(kind) ?? new Map<string, Counts>();
    const known = series.get(name);
    if (known !== undefined) return known;
    const max = kind === 'source' ? sourcesMax : connectorsMax;
    const key = series.size < max || name === otherName ? name : otherName;
    const counts = series.get(key) ?? noCounts();
    series.set(key, counts);
    return counts;
  }
}
