/**
 * Clients that no source names, grouped by address (of IPv6 by /64, of which one client has all). Everything they say is
 * hostile text: it is cut, bounded in number and shown as data. Whoever has many addresses pushes out the groups that
 * were seen longest ago, and no more than `groupsMax` of them are kept.
 */
import { networkOf } from '../network-of.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { Records } from '../../store/records.ts';
import type { RelayEvent } from '../events.ts';
import { KeyedState } from './keyed-state.ts';

const groupsMax = 5_000;
const trialsMax = 20;
const wordsMax = 10;
const charactersMax = 320;

/** One pair of sender and recipient that was tried. */
export interface Trial {
  readonly sender: string;
  readonly recipient: string;
  readonly listener: string;
  readonly tls?: string;
  count: number;
  at: Instant;
}

export interface StrangerGroup {
  /** The address; of IPv6 its /64. */
  readonly key: string;
  /** Seen last. */
  address: string;
  count: number;
  readonly firstAt: Instant;
  lastAt: Instant;
  /** Here and below the latest last. */
  helos: string[];
  listeners: string[];
  trials: Trial[];
  tls?: string;
  /** What refused it last. */
  rule: string;
  reverseName?: string;
  /** When the name was asked for. */
  reverseAt?: Instant;
}

export type Refused = Extract<RelayEvent, { kind: 'refused' }>;

/** Unknown senders, as the parts of the program that decide about them need them. */
export interface StrangerBook {
  /** By any address of the group, or its /64. */
  get(address: string): StrangerGroup | undefined;
  /** The latest first. */
  all(): readonly StrangerGroup[];
  /** Forgets a group: it was let in, or blocked. */
  forget(address: string): void;
}

export class Strangers implements StrangerBook {
  readonly #clock: Clock;
  readonly #state: KeyedState<StrangerGroup>;

  private constructor(clock: Clock, records: Records) {
    this.#clock = clock;
    this.#state = new KeyedState('stranger', groupsMax, records);
  }

  static async open(clock: Clock, records: Records): Promise<Strangers> {
    const strangers = new Strangers(clock, records);
    await strangers.#state.load(({ lastAt }) => lastAt);
    return strangers;
  }

  note(event: RelayEvent): void {
    if (event.kind !== 'refused' || !isStranger(event)) return;
    const now = this.#clock.now();
    const key = networkOf(event.address);
    const group = this.#state.get(key) ?? {
      key,
      address: event.address,
      count: 0,
      firstAt: now,
      lastAt: now,
      helos: [],
      listeners: [],
      trials: [],
      rule: event.rule,
    };
    group.address = event.address;
    group.count += 1;
    group.lastAt = now;
    group.rule = event.rule;
    if (event.tls === undefined) delete group.tls;
    else group.tls = event.tls;
    if (event.helo !== undefined) remember(group.helos, cut(event.helo));
    remember(group.listeners, event.listener);
    if (event.recipient !== undefined) noteTrial(group, event, now);
    this.#state.put(group);
  }

  get(address: string): StrangerGroup | undefined {
    return this.#state.get(address) ?? this.#state.get(networkOf(address));
  }

  all(): readonly StrangerGroup[] {
    return [...this.#state.values()].toReversed();
  }

  forget(address: string): void {
    const group = this.get(address);
    if (group !== undefined) this.#state.delete(group.key);
  }

  /** Forgets groups that were seen last before; returns how many. */
  forgetBefore(before: Instant): number {
    const old = this.all().filter(({ lastAt }) => lastAt < before);
    for (const { key } of old) this.#state.delete(key);
    return old.length;
  }

  /** Asks for the reverse names of groups that have none, or one that is old; `ask` gives up in bounded time. */
  async name(
    groups: readonly StrangerGroup[],
    ask: (address: string) => Promise<string | undefined>,
  ): Promise<void> {
    const now = this.#clock.now();
    const due = groups.filter(({ reverseAt }) => reverseAt === undefined || now - reverseAt > reverseAgeMs);
    await Promise.all(
      due.slice(0, reverseAtOnce).map(async (group) => {
        group.reverseAt = now;
        const name = await ask(group.address);
        if (name === undefined) delete group.reverseName;
        else group.reverseName = name;
      }),
    );
  }

  flush(): Promise<boolean> {
    return this.#state.flush();
  }
}

const reverseAgeMs = 86_400_000;
const reverseAtOnce = 50;

/**
 * RFC 4954 6: 530 tells at MAIL that a login is missing; every other stranger is refused at RCPT. RFC 3463 3.8: what is
 * refused by policy has a status X.7.X; a command out of order, as pipelining after a refusal gives, has another.
 */
function isStranger({ source, stage, reply }: Refused): boolean {
  if (source !== undefined || !/^\d{3} [45]\.7\./.test(reply)) return false;
  return stage === 'rcpt' || (stage === 'mail' && reply.startsWith('530'));
}

function noteTrial(group: StrangerGroup, event: Refused, at: Instant): void {
  const sender = cut(event.sender ?? '');
  const recipient = cut(event.recipient ?? '');
  const { listener, tls } = event;
  const index = group.trials.findIndex(
    (trial) =>
      trial.sender === sender &&
      trial.recipient === recipient &&
      trial.listener === listener &&
      trial.tls === tls,
  );
  const known = index === -1 ? undefined : group.trials.splice(index, 1)[0];
  const trial = known ?? { sender, recipient, listener, ...(tls === undefined ? {} : { tls }), count: 0, at };
  trial.count += 1;
  trial.at = at;
  group.trials.push(trial);
  if (group.trials.length > trialsMax) group.trials.shift();
}

function remember(words: string[], word: string): void {
  if (words.at(-1) === word) return;
  const index = words.indexOf(word);
  if (index !== -1) words.splice(index, 1);
  words.push(word);
  if (words.length > wordsMax) words.shift();
}

function cut(text: string): string {
  return text.slice(0, charactersMax).toWellFormed();
}
