/** What waits, grouped by what it waits for. Pure; bounded in groups, so that mail to a million domains stays small. */
import type { Instant } from '../platform/clock.ts';
import type { Progress, RecipientState } from '../message/message.ts';

export type QueueGrouping = 'connector' | 'domain' | 'reason' | 'all';

/** Ages at which one bucket ends and the next begins, in milliseconds; the last has no end. */
export const ageLimits: readonly number[] = [
  60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000, 86_400_000, 172_800_000,
];
/** Groups that are told apart. */
const groupsMax = 10_000;
/** Groups that are given. */
export const groupsGiven = 500;

/** One message that waits; `recipients` are in lower case and in the order of the envelope. */
export interface WaitingRow {
  readonly at: Instant;
  readonly recipients: readonly string[];
  readonly progress: Progress;
}

export interface QueueGroup {
  /** Last tried, or chosen by an operator; absent: not tried yet. */
  readonly connector?: string;
  readonly domain?: string;
  /** Why it waits, as seen last; absent: nothing went wrong. */
  readonly reason?: string;
  readonly code?: string;
  readonly recipients: number;
  readonly messages: number;
  readonly held: number;
  readonly oldestAt: Instant;
  readonly nextAttemptAt?: Instant;
  /** Messages in the bucket of each of `ageLimits`, and beyond. */
  readonly ages: readonly number[];
}

export interface QueueGroups {
  readonly active: number;
  readonly held: number;
  readonly oldestAt?: Instant;
  readonly ages: readonly number[];
  /** The largest first, at most `groupsGiven`. */
  readonly groups: readonly QueueGroup[];
  /** More messages or groups than were looked at. */
  readonly isCut: boolean;
}

type Growing = { -readonly [K in keyof QueueGroup]: QueueGroup[K] } & { ages: number[] };

/** Why a recipient waits: a stable word, and words for a person. `undefined`: nothing went wrong yet, or it is final. */
export function waitsFor(
  state: RecipientState,
): { readonly code: string; readonly reason: string } | undefined {
  if (state.kind === 'held') return { code: 'held', reason: state.reason };
  if (state.kind !== 'pending' || state.last === undefined) return undefined;
  return { code: state.last.code, reason: state.last.text };
}

export class QueueGrouper {
  readonly #by: QueueGrouping;
  readonly #now: Instant;
  readonly #groups = new Map<string, Growing>();
  readonly #ages = ageLimits.map(() => 0).concat(0);
  #active = 0;
  #held = 0;
  #oldestAt: Instant | undefined;
  #isCut = false;

  constructor(by: QueueGrouping, now: Instant) {
    this.#by = by;
    this.#now = now;
  }

  add({ at, recipients, progress }: WaitingRow): void {
    this.#active += 1;
    if (this.#oldestAt === undefined || at < this.#oldestAt) this.#oldestAt = at;
    const bucket = bucketOf(this.#now - at);
    this.#ages[bucket] = (this.#ages[bucket] ?? 0) + 1;
    const connector = progress.reroute ?? progress.attempts.at(-1)?.connector;
    const seen = new Set<Growing>();
    let isHeld = false;
    for (const [index, state] of progress.recipients.entries()) {
      if (state.kind !== 'pending' && state.kind !== 'held') continue;
      isHeld ||= state.kind === 'held';
      const group = this.#group(connector, recipients[index] ?? '', state, at);
      if (group === undefined) continue;
      group.recipients += 1;
      if (state.kind === 'held') group.held += 1;
      else if (group.nextAttemptAt === undefined || state.notBefore < group.nextAttemptAt) {
        group.nextAttemptAt = state.notBefore;
      }
      seen.add(group);
    }
    for (const group of seen) {
      group.messages += 1;
      group.ages[bucket] = (group.ages[bucket] ?? 0) + 1;
      if (at < group.oldestAt) group.oldestAt = at;
    }
    if (isHeld) this.#held += 1;
  }

  /** There was more than was given here. */
  cut(): void {
    this.#isCut = true;
  }

  result(): QueueGroups {
    const groups = [...this.#groups.values()].sort((a, b) => b.recipients - a.recipients);
    return {
      active: this.#active,
      held: this.#held,
      ...(this.#oldestAt === undefined ? {} : { oldestAt: this.#oldestAt }),
      ages: this.#ages,
      groups: groups.slice(0, groupsGiven),
      isCut: this.#isCut || groups.length > groupsGiven,
    };
  }

  #group(
    connector: string | undefined,
    recipient: string,
    state: RecipientState,
    at: Instant,
  ): Growing | undefined {
    const wants = (part: QueueGrouping): boolean => this.#by === part || this.#by === 'all';
    const why = wants('reason') ? waitsFor(state) : undefined;
    const domain = wants('domain') ? recipient.slice(recipient.lastIndexOf('@') + 1) : undefined;
    const via = wants('connector') ? connector : undefined;
    const key = JSON.stringify([via, domain, why?.code, why?.reason]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= groupsMax) {
      this.#isCut = true;
      return undefined;
    }
    const group: Growing = {
      ...(via === undefined ? {} : { connector: via }),
      ...(domain === undefined ? {} : { domain }),
      ...why,
      recipients: 0,
      messages: 0,
      held: 0,
      oldestAt: at,
      ages: ageLimits.map(() => 0).concat(0),
    };
    this.#groups.set(key, group);
    return group;
  }
}

function bucketOf(ageMs: number): number {
  const index = ageLimits.findIndex((limit) => ageMs < limit);
  return index === -1 ? ageLimits.length : index;
}
