/**
 * Counts over time: minutes of the last hour, quarters of the last day, hours of the last thirty days. An event costs a
 * few additions in memory; what has changed goes to the store in one write a flush, and is there after a restart (the
 * seconds since the last flush are lost when the process ends without notice).
 */
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { RecordChange, Records } from '../../store/records.ts';
import type { RelayEvent } from '../events.ts';
import type { SeriesKind } from './bucket.ts';
import { Bucket, otherName } from './bucket.ts';
import type { Counts } from './counts.ts';
import { addCounts, countedOf, noCounts } from './counts.ts';
import { readAll } from './read-all.ts';

export type StatisticsRange = 'hour' | 'day' | 'month';

/** Length of a bucket and how many are kept. */
const spans = {
  hour: { stepMs: 60_000, kept: 60 },
  day: { stepMs: 900_000, kept: 96 },
  month: { stepMs: 3_600_000, kept: 720 },
} as const satisfies Record<StatisticsRange, { stepMs: Milliseconds; kept: number }>;
const ranges = Object.keys(spans) as StatisticsRange[];
const seriesShownMax = 20;

export interface Series {
  readonly name: string;
  readonly sum: Counts;
  /** One for each step. */
  readonly points: readonly Counts[];
}

export interface StatisticsAnswer {
  readonly stepMs: Milliseconds;
  /** Begin of each step. */
  readonly times: readonly Instant[];
  /** The busiest first. */
  readonly series: readonly Series[];
}

export class Statistics {
  readonly #clock: Clock;
  readonly #records: Records;
  readonly #buckets = new Map<StatisticsRange, Map<number, Bucket>>(
    ranges.map((range) => [range, new Map()]),
  );
  #keptMs: Partial<Record<StatisticsRange, Milliseconds>> = {};
  readonly #gone = new Map<StatisticsRange, number[]>(ranges.map((range) => [range, []]));
  #minute: Bucket;

  private constructor(clock: Clock, records: Records) {
    this.#clock = clock;
    this.#records = records;
    this.#minute = new Bucket(beginOf(clock.now(), spans.hour.stepMs));
  }

  /** With what was kept. */
  static async open(clock: Clock, records: Records): Promise<Statistics> {
    const statistics = new Statistics(clock, records);
    for (const range of ranges) {
      for (const text of await readAll(records, kindOf(range))) {
        const bucket = Bucket.parse(text);
        statistics.#of(range).set(bucket.at, bucket);
      }
    }
    statistics.#minute = statistics.#bucket('hour', clock.now());
    return statistics;
  }

  /** Buckets are kept for so long where that is shorter than charts show. */
  keep(keptMs: Record<StatisticsRange, Milliseconds>): void {
    this.#keptMs = keptMs;
  }

  count(event: RelayEvent): void {
    const counted = countedOf(event);
    if (counted.names.length === 0) return;
    this.#turn();
    this.#minute.count(counted);
  }

  /** `name`: of this series alone. */
  view(range: StatisticsRange, by: SeriesKind, name?: string): StatisticsAnswer {
    this.#turn();
    this.#roll();
    const { stepMs, kept } = spans[range];
    const last = beginOf(this.#clock.now(), stepMs);
    const times = Array.from({ length: kept }, (_, index) => instant(last - (kept - 1 - index) * stepMs));
    const points = new Map<string, Counts[]>();
    for (const [index, at] of times.entries()) {
      for (const bucket of this.#partsOf(range, at)) {
        for (const [key, counts] of bucket.series(by)) {
          if (name !== undefined && key !== name) continue;
          const own = points.get(key) ?? times.map(noCounts);
          points.set(key, own);
          addCounts(own[index] ?? noCounts(), counts);
        }
      }
    }
    return { stepMs, times, series: shown([...points]) };
  }

  /** Sum of one count over all of a range. */
  sum(range: StatisticsRange, index: number): number {
    return this.view(range, 'total').series[0]?.sum[index] ?? 0;
  }

  /** Writes what has changed since the last time, in one transaction. */
  async flush(): Promise<void> {
    this.#turn();
    this.#roll();
    const changes: RecordChange[] = [];
    const written: Bucket[] = [];
    for (const range of ranges) {
      for (const bucket of this.#of(range).values()) {
        if (!bucket.isDirty) continue;
        bucket.isDirty = false;
        written.push(bucket);
        changes.push({ kind: kindOf(range), key: keyOf(bucket.at), text: bucket.text() });
      }
      for (const at of this.#gone.get(range) ?? [])
        changes.push({ kind: kindOf(range), key: keyOf(at), text: null });
      this.#gone.set(range, []);
    }
    if (changes.length === 0) return;
    try {
      await this.#records.write(changes);
    } catch (error) {
      for (const bucket of written) bucket.isDirty = true;
      throw error;
    }
  }

  /** Whole minutes are added to the longer buckets once. */
  #roll(): void {
    for (const minute of this.#of('hour').values()) {
      if (minute.isRolled || minute === this.#minute) continue;
      for (const range of ['day', 'month'] as const) this.#bucket(range, minute.at).add(minute);
      minute.isRolled = true;
      minute.isDirty = true;
    }
    for (const range of ranges) this.#forget(range);
  }

  /** A clock that was set back stays in the minute it was in. */
  #turn(): void {
    const at = beginOf(this.#clock.now(), spans.hour.stepMs);
    if (at > this.#minute.at) this.#minute = this.#bucket('hour', at);
  }

  #forget(range: StatisticsRange): void {
    const { stepMs, kept } = spans[range];
    const buckets = this.#of(range);
    for (const at of buckets.keys()) {
      if (at > this.#clock.now() - Math.min(kept * stepMs, Math.max(stepMs, this.#keptMs[range] ?? Infinity)))
        continue;
      buckets.delete(at);
      this.#gone.get(range)?.push(at);
    }
  }

  /** The bucket, and for longer ones the minute that is not in it yet. */
  #partsOf(range: StatisticsRange, at: Instant): readonly Bucket[] {
    const bucket = this.#of(range).get(at);
    const now =
      range !== 'hour' && beginOf(this.#minute.at, spans[range].stepMs) === at ? [this.#minute] : [];
    return bucket === undefined ? now : [bucket, ...now];
  }

  #bucket(range: StatisticsRange, moment: Instant): Bucket {
    const at = beginOf(moment, spans[range].stepMs);
    const known = this.#of(range).get(at);
    if (known !== undefined) return known;
    const made = new Bucket(at);
    this.#of(range).set(at, made);
    return made;
  }

  #of(range: StatisticsRange): Map<number, Bucket> {
    return this.#buckets.get(range) ?? new Map<number, Bucket>();
  }
}

/** The busiest first; beyond the limit the rest in one series. */
function shown(found: readonly (readonly [string, Counts[]])[]): readonly Series[] {
  const series = found.map(([name, points]) => {
    const sum = noCounts();
    for (const counts of points) addCounts(sum, counts);
    return { name, sum, points };
  });
  series.sort((a, b) => weight(b.sum) - weight(a.sum));
  if (series.length <= seriesShownMax) return series;
  const kept = series.filter(({ name }) => name !== otherName).slice(0, seriesShownMax - 1);
  const rest = series.filter((one) => !kept.includes(one));
  const points = rest[0]?.points.map((_, index) => {
    const sum = noCounts();
    for (const one of rest) addCounts(sum, one.points[index] ?? []);
    return sum;
  });
  const sum = noCounts();
  for (const one of rest) addCounts(sum, one.sum);
  return [...kept, { name: otherName, sum, points: points ?? [] }];
}

function weight(sum: Counts): number {
  return sum.reduce((total, count) => total + count, 0);
}

function beginOf(moment: Instant, stepMs: Milliseconds): Instant {
  return instant(Math.floor(moment / stepMs) * stepMs);
}

function kindOf(range: StatisticsRange): string {
  return `statistics/${range}`;
}

function keyOf(at: number): string {
  return String(at).padStart(15, '0');
}
