/** Unauthorised attempts of one day against the days before it. Pure. */
import type { Attempts, DayRecord } from '../observe/traffic/day-record.ts';
import type { Instant } from '../platform/clock.ts';
import { instant, plus } from '../platform/clock.ts';
import { countOf } from '../platform/words.ts';
import type { Found } from './finding.ts';
import { usualText } from './words.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Fewer in a day are daily life of any open port. */
const bounds = {
  address: { least: 20, serious: 200 },
  user: { least: 10, serious: 50 },
  hour: { least: 50, serious: 500 },
} as const;
/** Times of what is usual. */
const factor = 3;

/** Sums of the days before the one that is judged. */
export interface AttemptsBefore {
  /** Calendar days that they cover. */
  readonly days: number;
  readonly addresses: ReadonlyMap<string, number>;
  readonly users: ReadonlyMap<string, number>;
  /** By hour of the day, UTC. */
  readonly hours: readonly number[];
}

export interface AttemptsContext {
  readonly now: Instant;
  /** Days that must have been counted before an hour of the day has a usual. */
  readonly learnDays: number;
  readonly isBlocked: (address: string) => boolean;
  /** Source that uses this address. */
  readonly sourceOf: (address: string) => string | undefined;
}

export function attemptsBefore(days: readonly DayRecord[], judged: string): AttemptsBefore {
  const before = days.filter(({ day }) => day < judged);
  const addresses = new Map<string, number>();
  const users = new Map<string, number>();
  const hours = Array.from({ length: 24 }, () => 0);
  for (const record of before) {
    for (const [name, { count }] of Object.entries(record.addresses)) addTo(addresses, name, count);
    for (const [name, { count }] of Object.entries(record.users)) addTo(users, name, count);
    for (const hour of hours.keys()) hours[hour] = (hours[hour] ?? 0) + (record.hours[hour] ?? 0);
  }
  const [first] = before;
  // Days without an attempt were not written, and count all the same.
  const covered = first ? Math.round((Date.parse(judged) - Date.parse(first.day)) / dayMs) : 0;
  return { days: covered, addresses, users, hours };
}

export function judgeAttempts(today: DayRecord, before: AttemptsBefore, context: AttemptsContext): Found[] {
  return [
    ...ofAddresses(today, before, context),
    ...ofUsers(today, before, context),
    ...ofHours(today, before, context),
  ];
}

function ofAddresses(today: DayRecord, before: AttemptsBefore, context: AttemptsContext): Found[] {
  return named(today.addresses).flatMap(([address, attempts]) => {
    const usual = mean(before.addresses.get(address), before.days);
    if (!isUnusual(attempts.count, usual, bounds.address.least) || context.isBlocked(address)) return [];
    const source = context.sourceOf(address);
    return [
      {
        kind: 'unauthorised-address',
        subject: address,
        address,
        ...(source === undefined ? {} : { source }),
        title: `Unauthorised attempts from ${address}`,
        text: `${address} was refused ${countOf(attempts.count, 'time')} on ${today.day}, ${usualText(usual, before.days)}.`,
        severity: attempts.count >= bounds.address.serious ? 'serious' : 'warning',
        evidence: [
          { what: `attempts on ${today.day}`, found: String(attempts.count), ...usualOf(usual, before) },
        ],
        ...times(today, attempts),
        proposal:
          source === undefined
            ? {
                action: 'block',
                target: address,
                words: `Block it ("relay365 strangers block ${address}", or "blocked" of the policy), or make a source of it where it is a device of yours. It sends nothing meanwhile.`,
              }
            : {
                action: 'review',
                target: source,
                words: `The source ${source} uses this address: see the refusals, and correct the device or the source. Blocking it would stop the mail of the source.`,
              },
      } satisfies Found,
    ];
  });
}

function ofUsers(today: DayRecord, before: AttemptsBefore, _context: AttemptsContext): Found[] {
  return named(today.users).flatMap(([user, attempts]) => {
    const usual = mean(before.users.get(user), before.days);
    if (!isUnusual(attempts.count, usual, bounds.user.least)) return [];
    return [
      {
        kind: 'unauthorised-user',
        subject: user,
        user,
        title: `Failed logins as ${user}`,
        text: `Logins as ${user} failed ${countOf(attempts.count, 'time')} on ${today.day}, ${usualText(usual, before.days)}.`,
        severity: attempts.count >= bounds.user.serious ? 'serious' : 'warning',
        evidence: [
          { what: `failed logins on ${today.day}`, found: String(attempts.count), ...usualOf(usual, before) },
        ],
        ...times(today, attempts),
        proposal: {
          action: 'review',
          target: user,
          words:
            'See the addresses of the refusals: one device with an old password is corrected there; many addresses are guessing, and the lock-out holds them. Give the source a new password where it may be known.',
        },
      } satisfies Found,
    ];
  });
}

function ofHours(today: DayRecord, before: AttemptsBefore, { now, learnDays }: AttemptsContext): Found[] {
  if (before.days < learnDays) return [];
  return today.hours.flatMap((count, hour) => {
    const usual = mean(before.hours[hour], before.days);
    if (!isUnusual(count, usual, bounds.hour.least)) return [];
    const subject = `${String(hour).padStart(2, '0')}:00 UTC`;
    const begin = instant(Date.parse(today.day) + hour * hourMs);
    return [
      {
        kind: 'unauthorised-hour',
        subject,
        title: `Many unauthorised attempts at ${subject}`,
        text: `${countOf(count, 'attempt')} were refused within the hour from ${subject} on ${today.day}, ${usualText(usual, before.days)}.`,
        severity: count >= bounds.hour.serious ? 'serious' : 'warning',
        evidence: [{ what: `attempts within the hour`, found: String(count), ...usualOf(usual, before) }],
        references: [],
        firstAt: begin,
        lastAt: instant(Math.min(now, plus(begin, hourMs - 1))),
        proposal: {
          action: 'review',
          words:
            'See who it was ("relay365 strangers list"). Many addresses at the same hour are a scan: let the firewall before the relay admit your networks alone.',
        },
      } satisfies Found,
    ];
  });
}

function isUnusual(count: number, usual: number, least: number): boolean {
  return count >= least && count > usual * factor;
}

function mean(sum: number | undefined, days: number): number {
  return days === 0 ? 0 : (sum ?? 0) / days;
}

function usualOf(usual: number, { days }: AttemptsBefore): { readonly usual?: string } {
  return days === 0 ? {} : { usual: `${usual.toFixed(usual < 10 ? 1 : 0)} a day` };
}

/** What is counted together has no name of its own. */
function named(of: Readonly<Record<string, Attempts>>): [string, Attempts][] {
  return Object.entries(of).filter(([name]) => name !== '(other)');
}

function times({ day }: DayRecord, { firstAt, lastAt, refs }: Attempts) {
  return {
    references: refs.filter((ref) => ref !== ''),
    ...(firstAt === undefined ? { firstAt: instant(Date.parse(day)), isOfDay: true as const } : { firstAt }),
    lastAt,
  };
}

function addTo(sums: Map<string, number>, name: string, count: number): void {
  sums.set(name, (sums.get(name) ?? 0) + count);
}
