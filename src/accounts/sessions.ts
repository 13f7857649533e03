/**
 * Sessions of the console: an opaque token in a cookie, its hash in the store. They end 12 hours after the last
 * request, 7 days after the sign-in, and when the account is disabled, removed or given another password.
 */
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { Account, SignInMethod } from './account.ts';
import { accountKey } from './account.ts';
import { hashOf, newSecret } from './secret.ts';
import { Table } from './table.ts';

/** A working day without a request. */
export const idleMs: Milliseconds = 12 * 3_600_000;
/** A working week, then one signs in again. */
export const absoluteMs: Milliseconds = 7 * 86_400_000;
/** What a request changes is written this seldom, so that reading costs no commit. */
const seenEveryMs: Milliseconds = 5 * 60_000;
const sessionsPerAccountMax = 20;
const userAgentMax = 200;

export interface Session {
  /** For lists; says nothing of the token. */
  readonly id: string;
  readonly account: string;
  readonly method: SignInMethod;
  readonly address: string;
  readonly userAgent?: string;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  readonly endsAt: Instant;
}

export class Sessions {
  readonly #table: Table<Session>;
  readonly #clock: Clock;
  readonly #onEnd = new Map<string, Set<() => void>>();

  private constructor(table: Table<Session>, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  static async open(store: Pick<Store, 'records'>, clock: Clock): Promise<Sessions> {
    const sessions = new Sessions(await Table.open<Session>(store, 'session'), clock);
    await sessions.sweep();
    return sessions;
  }

  /** `token` goes into the cookie and nowhere else. */
  async begin(given: {
    readonly account: Account;
    readonly method: SignInMethod;
    readonly address: string;
    readonly userAgent: string | undefined;
  }): Promise<{ readonly token: string; readonly session: Session }> {
    const now = this.#clock.now();
    const token = newSecret();
    const key = hashOf(token);
    const { account, method, address, userAgent } = given;
    const session: Session = {
      id: key.slice(0, 20),
      account: accountKey(account.name),
      method,
      address,
      ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, userAgentMax) }),
      createdAt: now,
      lastSeenAt: now,
      endsAt: plus(now, absoluteMs),
    };
    await this.sweep();
    const own = this.list(account.name);
    for (const oldest of own.slice(sessionsPerAccountMax - 1)) await this.end(oldest.id);
    await this.#table.change(key, () => session);
    return { token, session };
  }

  /** The session of a token, where it counts now; notes that it was used. */
  async find(token: string): Promise<Session | undefined> {
    const key = hashOf(token);
    const session = this.#table.get(key);
    if (!session || !this.#isAlive(session)) return undefined;
    const now = this.#clock.now();
    if (now - session.lastSeenAt < seenEveryMs) return session;
    return this.#table.change(key, (there) => there && { ...there, lastSeenAt: now });
  }

  /** Newest first; of one account, or all. */
  list(account?: string): readonly Session[] {
    return this.#table
      .entries()
      .map(([, session]) => session)
      .filter((session) => this.#isAlive(session))
      .filter((session) => account === undefined || session.account === accountKey(account))
      .toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** False where there is none of this id. */
  async end(id: string): Promise<boolean> {
    const found = this.#table.entries().find(([, session]) => session.id === id);
    if (!found) return false;
    await this.#table.change(found[0], () => undefined);
    for (const told of this.#onEnd.get(id) ?? []) told();
    this.#onEnd.delete(id);
    return true;
  }

  /** All of an account, `except` one. */
  async endAll(account: string, except?: string): Promise<void> {
    for (const { id } of this.list(account)) if (id !== except) await this.end(id);
  }

  /** Calls `told` when the session is ended by somebody; returns how to forget it. */
  onEnd(id: string, told: () => void): () => void {
    const set = this.#onEnd.get(id) ?? new Set();
    this.#onEnd.set(id, set.add(told));
    return () => {
      set.delete(told);
      if (set.size === 0) this.#onEnd.delete(id);
    };
  }

  /** Removes what has ended by itself. */
  async sweep(): Promise<void> {
    for (const [, session] of this.#table.entries()) {
      if (!this.#isAlive(session)) await this.end(session.id);
    }
  }

  expiresAt(session: Session): Instant {
    return Math.min(session.endsAt, session.lastSeenAt + idleMs) as Instant;
  }

  #isAlive(session: Session): boolean {
    return this.expiresAt(session) > this.#clock.now();
  }
}
