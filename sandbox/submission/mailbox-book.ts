/**
 * What Exchange Online counts for each mailbox, whichever way it sends: connections, messages a minute, recipients a
 * day, equal errors in a row ({submission-limits}, {outbound-limits}, {cont-error} of the reference).
 */
import { type SandboxClock, SlidingWindow } from '../clock.ts';
import { type BlockKind, blockReplies } from './replies.ts';

export interface MailboxLimits {
  readonly connections: number;
  readonly messagesPerMinute: number;
  readonly recipientsPerDay: number;
  /** Equal errors within an hour, after which a mailbox is blocked; Microsoft publishes no number. */
  readonly equalErrors: number;
  /** How long it is blocked, in milliseconds; "a time chosen by Microsoft". */
  readonly blockMs: number;
}

export const mailboxLimits: MailboxLimits = {
  connections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
  equalErrors: 10,
  blockMs: 60 * 60_000,
};

interface MailboxState {
  connections: number;
  readonly minute: SlidingWindow;
  readonly day: SlidingWindow;
  readonly errors: Map<BlockKind, SlidingWindow>;
  blocked: { readonly kind: BlockKind; readonly until: number } | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export class MailboxBook {
  readonly limits: MailboxLimits;
  readonly #clock: SandboxClock;
  readonly #states = new Map<string, MailboxState>();

  constructor(limits: MailboxLimits, clock: SandboxClock) {
    this.limits = limits;
    this.#clock = clock;
  }

  connected(mailbox: string): void {
    this.#state(mailbox).connections += 1;
  }

  disconnected(mailbox: string): void {
    this.#state(mailbox).connections -= 1;
  }

  hasTooManyConnections(mailbox: string): boolean {
    return this.#state(mailbox).connections > this.limits.connections;
  }

  /** The reply that a blocked mailbox gets. */
  blockReply(mailbox: string): string | undefined {
    const state = this.#state(mailbox);
    if (state.blocked !== undefined && state.blocked.until <= this.#clock.now()) state.blocked = undefined;
    return state.blocked && blockReplies[state.blocked.kind];
  }

  /** Counts an error of the kind that is punished when it is repeated. */
  erred(mailbox: string, kind: BlockKind): void {
    const state = this.#state(mailbox);
    const window = state.errors.get(kind) ?? new SlidingWindow(this.#clock, hourMs);
    state.errors.set(kind, window);
    window.add(1);
    if (window.total < this.limits.equalErrors) return;
    state.blocked = { kind, until: this.#clock.now() + this.limits.blockMs };
    window.clear();
  }

  /** Which limit one more message would break. */
  exceeded(mailbox: string, recipients: number): 'minute' | 'day' | undefined {
    const state = this.#state(mailbox);
    if (state.minute.total + 1 > this.limits.messagesPerMinute) return 'minute';
    if (state.day.total + recipients > this.limits.recipientsPerDay) return 'day';
    return undefined;
  }

  /** `but`: it was taken, and comes back with this error. */
  sent(mailbox: string, recipients: number, but?: BlockKind): void {
    const state = this.#state(mailbox);
    state.minute.add(1);
    state.day.add(recipients);
    // Success ends a run of equal errors.
    for (const [kind, window] of state.errors) if (kind !== but) window.clear();
    if (but !== undefined) this.erred(mailbox, but);
  }

  #state(mailbox: string): MailboxState {
    const key = mailbox.toLowerCase();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state: MailboxState = {
      connections: 0,
      minute: new SlidingWindow(this.#clock, minuteMs),
      day: new SlidingWindow(this.#clock, dayMs),
      errors: new Map(),
      blocked: undefined,
    };
    this.#states.set(key, state);
    return state;
  }
}
