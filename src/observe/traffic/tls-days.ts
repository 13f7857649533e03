/**
 * Handshakes and logins in clear of one source, day by day: what falls and what rises on the way out of old TLS. Bounded:
 * `kept` days, and in each `usesMax` pairs of version and cipher; what comes beyond them is counted together as `other`.
 */
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';

const dayMs = 86_400_000;
export const tlsDaysKept = 30;
const usesMax = 6;
const other = 'other';

/** Number of the day since 1970 (UTC); sessions without TLS; logins in clear; sessions by `version cipher`. */
export type TlsDay = [number, number, number, [string, number][]];

export interface TlsDayCounts {
  /** Begin of the day, UTC. */
  readonly from: Instant;
  readonly plainSessions: number;
  readonly clearLogins: number;
  readonly tls: readonly { readonly version: string; readonly cipher: string; readonly sessions: number }[];
}

/** `tls` absent: a session without. */
export function noteSession(
  days: TlsDay[],
  now: Instant,
  tls: { readonly version: string; readonly cipher: string } | undefined,
): void {
  const day = dayEntry(days, now);
  if (!tls) {
    day[1] += 1;
    return;
  }
  const uses = day[3];
  const key = `${tls.version} ${tls.cipher}`;
  const known = uses.find(([one]) => one === key) ?? (uses.length < usesMax ? undefined : uses.find(isOther));
  if (known) known[1] += 1;
  else uses.push([uses.length < usesMax ? key : other, 1]);
}

export function noteClearLogin(days: TlsDay[], now: Instant): void {
  dayEntry(days, now)[2] += 1;
}

/** The days on which something was seen, of the last `tlsDaysKept`, the oldest first. */
export function tlsDayCounts(days: readonly TlsDay[], now: Instant): readonly TlsDayCounts[] {
  const first = Math.floor(now / dayMs) - (tlsDaysKept - 1);
  return days
    .filter(([number]) => number >= first)
    .map(([number, plainSessions, clearLogins, uses]) => ({
      from: instant(number * dayMs),
      plainSessions,
      clearLogins,
      tls: uses.map(([key, sessions]) => {
        const [version = '', cipher = ''] = key.split(' ');
        return { version, cipher, sessions };
      }),
    }));
}

/** One number for each of the last `tlsDaysKept` days, the oldest first; days without a session are 0. */
export function tlsDayLine(
  counts: readonly TlsDayCounts[],
  now: Instant,
  value: (day: TlsDayCounts) => number,
): readonly number[] {
  const last = Math.floor(now / dayMs);
  const byDay = new Map(counts.map((day) => [Math.floor(day.from / dayMs), value(day)]));
  return Array.from({ length: tlsDaysKept }, (_, index) => byDay.get(last - (tlsDaysKept - 1 - index)) ?? 0);
}

/** Sessions below TLS 1.2, which RFC 8996 forbids. */
export function oldSessions({ tls }: TlsDayCounts): number {
  return tls
    .filter(({ version }) => version === 'TLSv1' || version === 'TLSv1.1')
    .reduce((sum, { sessions }) => sum + sessions, 0);
}

function dayEntry(days: TlsDay[], now: Instant): TlsDay {
  const number = Math.floor(now / dayMs);
  const last = days.at(-1);
  if (last?.[0] === number) return last;
  const next: TlsDay = [number, 0, 0, []];
  days.push(next);
  if (days.length > tlsDaysKept) days.shift();
  return next;
}

function isOther([key]: readonly [string, number]): boolean {
  return key === other;
}

export interface TlsDaySum {
  readonly from: Instant;
  plainSessions: number;
  clearLogins: number;
  /** Sessions by version. */
  readonly versions: Map<string, number>;
}

/** Of several sources together, by day, the oldest first. */
export function sumOfDays(sources: readonly (readonly TlsDayCounts[])[]): readonly TlsDaySum[] {
  const sums = new Map<Instant, TlsDaySum>();
  for (const { from, plainSessions, clearLogins, tls } of sources.flat()) {
    const sum = sums.get(from) ?? { from, plainSessions: 0, clearLogins: 0, versions: new Map() };
    sums.set(from, sum);
    sum.plainSessions += plainSessions;
    sum.clearLogins += clearLogins;
    for (const { version, sessions } of tls) {
      sum.versions.set(version, (sum.versions.get(version) ?? 0) + sessions);
    }
  }
  return Array.from(sums.values()).toSorted((a, b) => a.from - b.from);
}
