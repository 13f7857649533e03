/** What sources were seen doing: when, from where, how much, and how well protected. */
import type { Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Records } from '../../store/records.ts';
import type { RelayEvent } from '../events.ts';
import { KeyedState } from './keyed-state.ts';
import type { TlsDay, TlsDayCounts } from './tls-days.ts';
import { noteClearLogin, noteSession, tlsDayCounts } from './tls-days.ts';

/** Sources; the names are those of the policy, of which old ones remain until they are pushed out. */
const sourcesMax = 5_000;
const addressesMax = 20;
const tlsMax = 10;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
const kept = { hours: 25, days: 30, weeks: 12 } as const;

/** Number of the hour or day since 1970, messages, octets. */
type Volume = [number, number, number];
/** Number of the week since Monday, 5 January 1970; sessions with TLS, without, and logins in clear. */
type Week = [number, number, number, number];

export interface TlsUse {
  readonly version: string;
  readonly cipher: string;
  sessions: number;
  lastAt: Instant;
}

export interface Sighting {
  readonly key: string;
  readonly firstAt: Instant;
  lastAt: Instant;
  hours: Volume[];
  days: Volume[];
  weeks: Week[];
  /** Absent in what an older version kept. */
  tlsDays?: TlsDay[];
  /** The latest last. */
  addresses: [string, Instant][];
  tls: TlsUse[];
  plainSessions: number;
  plainLastAt?: Instant;
  clearLogins: number;
  clearLoginLastAt?: Instant;
  certificate?: { readonly fingerprint: string; readonly lastAt: Instant };
}

export class Sightings {
  readonly #clock: Clock;
  readonly #state: KeyedState<Sighting>;

  private constructor(clock: Clock, records: Records) {
    this.#clock = clock;
    this.#state = new KeyedState('sighting', sourcesMax, records);
  }

  static async open(clock: Clock, records: Records): Promise<Sightings> {
    const sightings = new Sightings(clock, records);
    await sightings.#state.load(({ lastAt }) => lastAt);
    return sightings;
  }

  note(event: RelayEvent): void {
    if (event.kind === 'accepted') this.#accepted(event);
    else if (event.kind === 'recognised') this.#recognised(event);
    else if (event.kind === 'login' && event.tls === undefined) this.#clearLogin(event.source);
  }

  get(source: string): Sighting | undefined {
    return this.#state.get(source);
  }

  all(): readonly Sighting[] {
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

  /** Messages and octets of the last 24 hours and 30 days. */
  volume(sighting: Sighting): {
    readonly day: readonly [number, number];
    readonly month: readonly [number, number];
  } {
    const now = this.#clock.now();
    return {
      day: sumSince(sighting.hours, Math.floor(now / hourMs) - 23),
      month: sumSince(sighting.days, Math.floor(now / dayMs) - 29),
    };
  }

  /** Begin of the week, sessions with TLS, without, logins in clear; the last twelve, the oldest first. */
  weeks(
    sightings: readonly Sighting[],
  ): readonly { readonly from: Instant; readonly counts: readonly number[] }[] {
    const last = weekOf(this.#clock.now());
    return Array.from({ length: kept.weeks }, (_, index) => {
      const week = last - (kept.weeks - 1 - index);
      const counts = [0, 0, 0];
      for (const { weeks } of sightings) {
        const found = weeks.find(([number]) => number === week);
        for (const place of counts.keys()) counts[place] = (counts[place] ?? 0) + (found?.[place + 1] ?? 0);
      }
      return { from: beginOfWeek(week), counts };
    });
  }

  /** TLS of one source by day, the oldest first. */
  tlsDays({ tlsDays = [] }: Sighting): readonly TlsDayCounts[] {
    return tlsDayCounts(tlsDays, this.#clock.now());
  }

  #accepted({ source, address, bytes }: Extract<RelayEvent, { kind: 'accepted' }>): void {
    const now = this.#clock.now();
    const sighting = this.#of(source, now);
    addVolume(sighting.hours, Math.floor(now / hourMs), bytes, kept.hours);
    addVolume(sighting.days, Math.floor(now / dayMs), bytes, kept.days);
    noteAddress(sighting, address, now);
    this.#state.put(sighting);
  }

  #recognised(event: Extract<RelayEvent, { kind: 'recognised' }>): void {
    const now = this.#clock.now();
    const sighting = this.#of(event.source, now);
    noteAddress(sighting, event.address, now);
    const week = weekEntry(sighting, now);
    const { tls: version, cipher = '' } = event;
    noteSession((sighting.tlsDays ??= []), now, version === undefined ? undefined : { version, cipher });
    if (event.tls === undefined) {
      sighting.plainSessions += 1;
      sighting.plainLastAt = now;
      week[2] += 1;
    } else {
      noteTls(sighting, event.tls, event.cipher ?? '', now);
      week[1] += 1;
    }
    if (event.certificate !== undefined)
      sighting.certificate = { fingerprint: event.certificate, lastAt: now };
    this.#state.put(sighting);
  }

  #clearLogin(source: string): void {
    const now = this.#clock.now();
    const sighting = this.#of(source, now);
    sighting.clearLogins += 1;
    sighting.clearLoginLastAt = now;
    weekEntry(sighting, now)[3] += 1;
    noteClearLogin((sighting.tlsDays ??= []), now);
    this.#state.put(sighting);
  }

  #of(source: string, now: Instant): Sighting {
    const sighting = this.#state.get(source) ?? made(source, now);
    sighting.lastAt = now;
    return sighting;
  }
}

function made(key: string, now: Instant): Sighting {
  const none = { hours: [], days: [], weeks: [], addresses: [], tls: [], plainSessions: 0, clearLogins: 0 };
  return { key, firstAt: now, lastAt: now, ...none };
}

function addVolume(volumes: Volume[], number: number, bytes: number, max: number): void {
  const last = volumes.at(-1);
  if (last?.[0] === number) {
    last[1] += 1;
    last[2] += bytes;
    return;
  }
  volumes.push([number, 1, bytes]);
  if (volumes.length > max) volumes.shift();
}

function sumSince(volumes: readonly Volume[], first: number): readonly [number, number] {
  let messages = 0;
  let bytes = 0;
  for (const [number, count, octets] of volumes) {
    if (number < first) continue;
    messages += count;
    bytes += octets;
  }
  return [messages, bytes];
}

function noteAddress(sighting: Sighting, address: string, now: Instant): void {
  const { addresses } = sighting;
  const last = addresses.at(-1);
  if (last?.[0] === address) {
    last[1] = now;
    return;
  }
  const index = addresses.findIndex(([known]) => known === address);
  if (index !== -1) addresses.splice(index, 1);
  addresses.push([address, now]);
  if (addresses.length > addressesMax) addresses.shift();
}

function noteTls(sighting: Sighting, version: string, cipher: string, now: Instant): void {
  const known = sighting.tls.find((use) => use.version === version && use.cipher === cipher);
  if (known !== undefined) {
    known.sessions += 1;
    known.lastAt = now;
    return;
  }
  sighting.tls.push({ version, cipher, sessions: 1, lastAt: now });
  if (sighting.tls.length <= tlsMax) return;
  const oldest = sighting.tls.reduce((least, use) => (use.lastAt < least.lastAt ? use : least));
  sighting.tls.splice(sighting.tls.indexOf(oldest), 1);
}

function weekEntry({ weeks }: Sighting, now: Instant): Week {
  const number = weekOf(now);
  const last = weeks.at(-1);
  if (last?.[0] === number) return last;
  const next: Week = [number, 0, 0, 0];
  weeks.push(next);
  if (weeks.length > kept.weeks) weeks.shift();
  return next;
}

// 1 January 1970 was a Thursday: weeks begin on Monday (ISO 8601), UTC.
function weekOf(now: Instant): number {
  return Math.floor((now - 4 * dayMs) / weekMs);
}

function beginOfWeek(week: number): Instant {
  return instant(week * weekMs + 4 * dayMs);
}
