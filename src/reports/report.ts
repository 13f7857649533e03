/** The report of a month, from the counts of its days. Pure. */
import type { DayCounts, DayRecord } from '../observe/traffic/day-record.ts';
import { noDayCounts } from '../observe/traffic/day-record.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';

const shownMax = 50;

export interface MonthReport {
  readonly countedDays: number;
  readonly total: DayCounts;
  readonly failedLogins: number;
  readonly unauthorised: number;
  readonly days: readonly { readonly day: string; readonly counts: DayCounts }[];
  readonly sources: readonly (readonly [name: string, DayCounts])[];
  readonly connectors: readonly (readonly [name: string, DayCounts])[];
  readonly failures: readonly {
    readonly cause: string;
    readonly text: string;
    readonly count: number;
    readonly connectors: readonly string[];
  }[];
  readonly refusals: readonly (readonly [rule: string, count: number])[];
  readonly addresses: readonly Tried[];
  readonly users: readonly Tried[];
  readonly plain: readonly {
    readonly source: string;
    readonly sessions: number;
    readonly withTls: number;
    readonly clearLogins: number;
    readonly lastAt: Instant;
  }[];
}

export interface Tried {
  readonly name: string;
  readonly count: number;
  readonly lastAt: Instant;
}

export function monthReport(days: readonly DayRecord[]): MonthReport {
  const total = noDayCounts();
  for (const day of days) addTo(total, day.total);
  const busiest = (a: readonly [string, DayCounts], b: readonly [string, DayCounts]): number =>
    b[1][0] + b[1][2] - a[1][0] - a[1][2];
  return {
    countedDays: days.length,
    total,
    failedLogins: sum(days.map(({ failedLogins }) => failedLogins)),
    unauthorised: sum(days.map((day) => day.unauthorised)),
    days: days.map(({ day, total: counts }) => ({ day, counts })),
    sources: [...merged(days.map(({ sources }) => sources))].toSorted(busiest).slice(0, shownMax),
    connectors: [...merged(days.map(({ connectors }) => connectors))].toSorted(busiest).slice(0, shownMax),
    failures: failuresOf(days),
    refusals: refusalsOf(days),
    addresses: triedOf(days.map(({ addresses }) => addresses)),
    users: triedOf(days.map(({ users }) => users)),
    plain: plainOf(days),
  };
}

/** First moment of the month and of the next one. */
export function boundsOf(month: string): {
  readonly from: Instant;
  readonly before: Instant;
  readonly lastDay: string;
} {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const from = Date.UTC(year, number - 1, 1);
  const before = Date.UTC(year, number, 1);
  return {
    from: instant(from),
    before: instant(before),
    lastDay: new Date(before - 1).toISOString().slice(0, 10),
  };
}

export function monthBefore(month: string): string {
  return new Date(boundsOf(month).from - 1).toISOString().slice(0, 7);
}

function merged(parts: readonly Record<string, DayCounts>[]): Map<string, DayCounts> {
  const found = new Map<string, DayCounts>();
  for (const part of parts) {
    for (const [name, counts] of Object.entries(part)) {
      const own = found.get(name) ?? noDayCounts();
      addTo(own, counts);
      found.set(name, own);
    }
  }
  return found;
}

function failuresOf(days: readonly DayRecord[]): MonthReport['failures'] {
  const found = new Map<string, { cause: string; text: string; count: number; connectors: Set<string> }>();
  for (const { failures } of days) {
    for (const [cause, { text, count, connectors }] of Object.entries(failures)) {
      const own = found.get(cause) ?? { cause, text, count: 0, connectors: new Set<string>() };
      own.count += count;
      own.text = text;
      for (const name of connectors) own.connectors.add(name);
      found.set(cause, own);
    }
  }
  return [...found.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, shownMax)
    .map((one) => ({ ...one, connectors: [...one.connectors] }));
}

function refusalsOf(days: readonly DayRecord[]): [string, number][] {
  const found = new Map<string, number>();
  for (const { refusals } of days) {
    for (const [rule, count] of Object.entries(refusals)) found.set(rule, (found.get(rule) ?? 0) + count);
  }
  return [...found].toSorted((a, b) => b[1] - a[1]).slice(0, shownMax);
}

function triedOf(parts: readonly DayRecord['addresses'][]): Tried[] {
  const found = new Map<string, { name: string; count: number; lastAt: Instant }>();
  for (const part of parts) {
    for (const [name, { count, lastAt }] of Object.entries(part)) {
      const own = found.get(name) ?? { name, count: 0, lastAt };
      own.count += count;
      own.lastAt = lastAt;
      found.set(name, own);
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).slice(0, shownMax);
}

function plainOf(days: readonly DayRecord[]): MonthReport['plain'] {
  const found = new Map<
    string,
    { source: string; sessions: number; withTls: number; clearLogins: number; lastAt: Instant }
  >();
  for (const { plain } of days) {
    for (const [source, [sessions, withTls, clearLogins, lastAt]] of Object.entries(plain)) {
      const own = found.get(source) ?? { source, sessions: 0, withTls: 0, clearLogins: 0, lastAt };
      own.sessions += sessions;
      own.withTls += withTls;
      own.clearLogins += clearLogins;
      if (sessions + clearLogins > 0) own.lastAt = lastAt;
      found.set(source, own);
    }
  }
  return [...found.values()]
    .filter(({ sessions, clearLogins }) => sessions + clearLogins > 0)
    .toSorted((a, b) => b.sessions - a.sessions)
    .slice(0, 200);
}

function addTo(to: DayCounts, from: readonly number[]): void {
  for (const index of to.keys()) to[index] = (to[index] ?? 0) + (from[index] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
