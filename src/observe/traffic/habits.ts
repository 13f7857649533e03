/**
 * What a source usually does, day by day: how much, at which hours, from where, as whom, and how well protected. The
 * review of the log holds today against it. Bounded for each source: days, hours, and names that are told apart.
 */
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Records } from '../../store/records.ts';
import type { RelayEvent } from '../events.ts';
import { networkOf } from '../network-of.ts';
import { KeyedState } from './keyed-state.ts';

const sourcesMax = 5_000;
/** Today and four weeks before it. */
export const habitDays = 29;
/** A source that has more of them chooses them freely: then a new one tells nothing. */
const namesMax = 40;
const charactersMax = 320;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** RFC 8996 */
const oldVersions: readonly string[] = ['TLSv1', 'TLSv1.1', 'SSLv3'];

/** Number of the day since 1970, messages, recipients, sessions with TLS, without. */
export type HabitDay = [number, number, number, number, number];

export interface Names {
  /** With the moment each was seen first; the latest last. */
  first: [string, Instant][];
  /** There were more than are told apart. */
  isMany?: true;
}

export interface Habit {
  /** Name of the source. */
  readonly key: string;
  readonly firstAt: Instant;
  lastAt: Instant;
  /** Days on which there was something, the oldest first. */
  days: HabitDay[];
  hours: {
    day: number;
    /** Messages of that day, by hour of the day (UTC). */
    messages: number[];
    /** Number of the last day before it with mail in that hour; 0: none. */
    before: number[];
  };
  addresses: Names;
  senders: Names;
  /** Of recipients. Absent in what was kept before they were noted. */
  domains?: Names;
  oldTls?: { version: string; address: string; sessions: number; firstAt: Instant; lastAt: Instant };
}

export class Habits {
  readonly #clock: Clock;
  readonly #state: KeyedState<Habit>;

  private constructor(clock: Clock, records: Records) {
    this.#clock = clock;
    this.#state = new KeyedState('habit', sourcesMax, records);
  }

  static async open(clock: Clock, records: Records): Promise<Habits> {
    const habits = new Habits(clock, records);
    await habits.#state.load(({ lastAt }) => lastAt);
    return habits;
  }

  note(event: RelayEvent): void {
    if (event.kind === 'accepted') this.#accepted(event);
    else if (event.kind === 'recognised') this.#recognised(event);
  }

  get(source: string): Habit | undefined {
    return this.#state.get(source);
  }

  all(): readonly Habit[] {
    return [...this.#state.values()];
  }

  /** Forgets sources that were seen last before; returns how many. */
  forget(before: Instant): number {
    const old = this.all().filter(({ lastAt }) => lastAt < before);
    for (const { key } of old) this.#state.delete(key);
    return old.length;
  }

  flush(): Promise<boolean> {
    return this.#state.flush();
  }

  #accepted({ source, sender, recipients, domains = [] }: Extract<RelayEvent, { kind: 'accepted' }>): void {
    const now = this.#clock.now();
    const habit = this.#of(source, now);
    const today = dayEntry(habit, now);
    today[1] += 1;
    today[2] += recipients;
    turnHours(habit, today[0]);
    const hour = Math.floor((now % dayMs) / hourMs);
    habit.hours.messages[hour] = (habit.hours.messages[hour] ?? 0) + 1;
    noteName(habit.senders, sender.slice(0, charactersMax).toWellFormed().toLowerCase(), now);
    const known = (habit.domains ??= { first: [] });
    for (const domain of domains) noteName(known, domain.slice(0, charactersMax), now);
    this.#state.put(habit);
  }

  #recognised({ source, address, tls }: Extract<RelayEvent, { kind: 'recognised' }>): void {
    const now = this.#clock.now();
    const habit = this.#of(source, now);
    dayEntry(habit, now)[tls === undefined ? 4 : 3] += 1;
    noteName(habit.addresses, networkOf(address), now);
    if (tls !== undefined && oldVersions.includes(tls)) {
      const { sessions, firstAt } = habit.oldTls ?? { sessions: 0, firstAt: now };
      habit.oldTls = { version: tls, address, sessions: sessions + 1, firstAt, lastAt: now };
    }
    this.#state.put(habit);
  }

  #of(source: string, now: Instant): Habit {
    const habit = this.#state.get(source) ?? made(source, now);
    habit.lastAt = now;
    return habit;
  }
}

const noHours = (): number[] => Array.from({ length: 24 }, () => 0);

function made(key: string, now: Instant): Habit {
  const hours = { day: Math.floor(now / dayMs), messages: noHours(), before: noHours() };
  return {
    key,
    firstAt: now,
    lastAt: now,
    days: [],
    hours,
    addresses: { first: [] },
    senders: { first: [] },
  };
}

function dayEntry({ days }: Habit, now: Instant): HabitDay {
  const number = Math.floor(now / dayMs);
  const last = days.at(-1);
  // A clock that was set back stays in the day it was in.
  if (last !== undefined && last[0] >= number) return last;
  const next: HabitDay = [number, 0, 0, 0, 0];
  days.push(next);
  while ((days[0]?.[0] ?? number) <= number - habitDays) days.shift();
  return next;
}

function turnHours({ hours }: Habit, day: number): void {
  if (hours.day >= day) return;
  for (const [hour, count] of hours.messages.entries()) if (count > 0) hours.before[hour] = hours.day;
  hours.day = day;
  hours.messages = noHours();
}

function noteName(names: Names, name: string, now: Instant): void {
  if (names.isMany || names.first.some(([known]) => known === name)) return;
  if (names.first.length < namesMax) names.first.push([name, now]);
  else names.isMany = true;
}
