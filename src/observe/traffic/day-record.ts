/** Counts of one day (UTC), of which reports and the review of the log are made; bounded in names. Pure but for its own state. */
import type { Instant } from '../../platform/clock.ts';
import type { RelayEvent } from '../events.ts';
import { shortened } from '../shortened.ts';

/** Accepted, octets, relayed, failed, deferred, refused. */
export type DayCounts = [number, number, number, number, number, number];
/** Attempts, the first and the last, and references of the latest. */
export interface Attempts {
  count: number;
  /** Absent in what was kept before it was noted. */
  readonly firstAt?: Instant;
  lastAt: Instant;
  refs: string[];
}
/** Sessions without TLS, with it, logins in clear, the last without. */
export type PlainUse = [number, number, number, Instant];

export interface DayRecord {
  /** RFC 3339 full-date. */
  readonly day: string;
  readonly total: DayCounts;
  failedLogins: number;
  unauthorised: number;
  /** Unauthorised attempts by hour of the day. */
  readonly hours: number[];
  readonly sources: Record<string, DayCounts>;
  readonly connectors: Record<string, DayCounts>;
  readonly failures: Record<string, { text: string; count: number; connectors: string[] }>;
  readonly refusals: Record<string, number>;
  readonly addresses: Record<string, Attempts>;
  readonly users: Record<string, Attempts>;
  readonly plain: Record<string, PlainUse>;
}

const namesMax = {
  sources: 300,
  connectors: 50,
  failures: 60,
  refusals: 60,
  addresses: 300,
  users: 200,
  plain: 300,
};
const refsMax = 5;
const otherName = '(other)';
const textMax = 300;
const failureTextMax = 600;

export const noDayCounts = (): DayCounts => [0, 0, 0, 0, 0, 0];

export function newDay(day: string): DayRecord {
  return {
    day,
    total: noDayCounts(),
    failedLogins: 0,
    unauthorised: 0,
    hours: Array.from({ length: 24 }, () => 0),
    sources: {},
    connectors: {},
    failures: {},
    refusals: {},
    addresses: {},
    users: {},
    plain: {},
  };
}

/** False: the event counts for nothing here. */
export function countDay(record: DayRecord, event: RelayEvent, now: Instant): boolean {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- few kinds of event are counted
  switch (event.kind) {
    case 'accepted':
      add(
        record,
        [
          [0, 1],
          [1, event.bytes],
        ],
        event,
      );
      return true;
    case 'settled':
      add(record, endsOf(event.result), event);
      return true;
    case 'attempted':
      return countAttempt(record, event);
    case 'refused':
    case 'session-refused':
      add(record, [[5, 1]], event.kind === 'refused' ? event : {});
      bump(record.refusals, event.rule, namesMax.refusals);
      if (event.kind === 'refused' && isUnauthorised(event))
        unauthorised(record, event.address, event.ref, now);
      return true;
    case 'login-failed':
      add(record, [[5, 1]], {});
      bump(record.refusals, event.rule, namesMax.refusals);
      record.failedLogins += 1;
      unauthorised(record, event.address, event.ref, now);
      attempt(record.users, event.username.slice(0, textMax).toWellFormed(), event.ref, {
        now,
        max: namesMax.users,
      });
      return true;
    case 'recognised':
      countSession(record, event.source, { plain: event.tls === undefined, clear: false }, now);
      return true;
    case 'login':
      if (event.tls === undefined) countSession(record, event.source, { plain: false, clear: true }, now);
      return event.tls === undefined;
    default:
      return false;
  }
}

function countAttempt(record: DayRecord, event: Extract<RelayEvent, { kind: 'attempted' }>): boolean {
  if (event.deferred + event.inDoubt > 0) add(record, [[4, 1]], event);
  if (event.failed + event.deferred === 0) return event.inDoubt > 0;
  const reply = event.reply ?? event.text ?? '';
  const cause = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(reply)?.[0] ?? /^\d{3}\b/.exec(reply)?.[0] ?? 'no reply';
  const name = keyFor(record.failures, cause, namesMax.failures);
  const known = (record.failures[name] ??= { text: '', count: 0, connectors: [] });
  known.count += 1;
  known.text = shortened(event.text ?? reply, failureTextMax);
  if (!known.connectors.includes(event.connector) && known.connectors.length < 20)
    known.connectors.push(event.connector);
  return true;
}

/** Who no source names, and who may not send that way. */
function isUnauthorised({ source, stage }: Extract<RelayEvent, { kind: 'refused' }>): boolean {
  return source === undefined && (stage === 'rcpt' || stage === 'mail');
}

function unauthorised(record: DayRecord, address: string, ref: string, now: Instant): void {
  record.unauthorised += 1;
  const hour = new Date(now).getUTCHours();
  record.hours[hour] = (record.hours[hour] ?? 0) + 1;
  attempt(record.addresses, address, ref, { now, max: namesMax.addresses });
}

function attempt(
  of: Record<string, Attempts>,
  name: string,
  ref: string,
  { now, max }: { readonly now: Instant; readonly max: number },
): void {
  const known = (of[keyFor(of, name, max)] ??= { count: 0, firstAt: now, lastAt: now, refs: [] });
  known.count += 1;
  known.lastAt = now;
  known.refs.push(ref);
  if (known.refs.length > refsMax) known.refs.shift();
}

function countSession(
  record: DayRecord,
  source: string,
  what: { readonly plain: boolean; readonly clear: boolean },
  now: Instant,
): void {
  const use = (record.plain[keyFor(record.plain, source, namesMax.plain)] ??= [0, 0, 0, now]);
  if (what.clear) use[2] += 1;
  else use[what.plain ? 0 : 1] += 1;
  if (what.plain || what.clear) use[3] = now;
}

function endsOf(result: 'relayed' | 'failed' | 'expired' | 'mixed'): readonly (readonly [number, number])[] {
  if (result === 'relayed') return [[2, 1]];
  return result === 'mixed'
    ? [
        [2, 1],
        [3, 1],
      ]
    : [[3, 1]];
}

function add(
  record: DayRecord,
  places: readonly (readonly [place: number, count: number])[],
  { source, connector }: { readonly source?: string; readonly connector?: string },
): void {
  const all = [record.total];
  if (source !== undefined) {
    all.push((record.sources[keyFor(record.sources, source, namesMax.sources)] ??= noDayCounts()));
  }
  if (connector !== undefined) {
    all.push(
      (record.connectors[keyFor(record.connectors, connector, namesMax.connectors)] ??= noDayCounts()),
    );
  }
  for (const counts of all) {
    for (const [place, count] of places) counts[place] = (counts[place] ?? 0) + count;
  }
}

function bump(of: Record<string, number>, name: string, max: number): void {
  const key = keyFor(of, name, max);
  of[key] = (of[key] ?? 0) + 1;
}

/** Beyond the limit names are counted together. A name that an object has by nature gets a letter before it. */
function keyFor(of: object, name: string, max: number): string {
  const safe = name in Object.prototype ? `_${name}` : name;
  if (Object.hasOwn(of, safe)) return safe;
  return Object.keys(of).length < max ? safe : otherName;
}
