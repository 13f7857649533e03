/** API tokens for scripts: `r365_ID_SECRET`. The store has the hash; the prefix tells tokens apart. */
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { Role } from './account.ts';
import { AccessRefused } from './account.ts';
import { hashOf, newAccessId, newSecret } from './secret.ts';
import { Table } from './table.ts';

const tokensMax = 1000;
const seenEveryMs: Milliseconds = 5 * 60_000;
const form = /^r365_([0-9a-f]{20})_[A-Za-z0-9_-]{43}$/;

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** What it may do. */
  readonly role: Role;
  readonly hash: string;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt?: Instant;
  /** Exact to five minutes. */
  readonly lastUsedAt?: Instant;
}

export class Tokens {
  readonly #table: Table<ApiToken>;
  readonly #clock: Clock;

  private constructor(table: Table<ApiToken>, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  static async open(store: Pick<Store, 'records'>, clock: Clock): Promise<Tokens> {
    return new Tokens(await Table.open<ApiToken>(store, 'token'), clock);
  }

  /** `secret` is shown once and kept nowhere. */
  async add(given: {
    readonly name: string;
    readonly role: Role;
    readonly createdBy: string;
    readonly expiresAt?: Instant | undefined;
  }): Promise<{ readonly token: ApiToken; readonly secret: string }> {
    const now = this.#clock.now();
    const { name, role, createdBy, expiresAt } = given;
    if (expiresAt !== undefined && expiresAt <= now) {
      throw new AccessRefused('unfit', 'this token would have ended already');
    }
    const id = newAccessId();
    const secret = `r365_${id}_${newSecret()}`;
    const token: ApiToken = {
      id,
      name,
      role,
      hash: hashOf(secret),
      createdBy,
      createdAt: now,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    await this.#table.change(id, () => {
      if (this.list().some((other) => other.name === name)) {
        throw new AccessRefused('conflict', `there is a token "${name}" already`);
      }
      if (this.#table.size >= tokensMax) {
        throw new AccessRefused('conflict', `there are ${tokensMax} tokens, which is the most there can be`);
      }
      return token;
    });
    return { token, secret };
  }

  list(): readonly ApiToken[] {
    return this.#table
      .entries()
      .map(([, token]) => token)
      .toSorted((a, b) => a.createdAt - b.createdAt);
  }

  /** The token, where it counts now; notes that it was used. */
  async find(secret: string): Promise<ApiToken | undefined> {
    const id = form.exec(secret)?.[1];
    const token = id === undefined ? undefined : this.#table.get(id);
    // Compared by hashes: the time that takes says nothing of the secret.
    if (!token || token.hash !== hashOf(secret)) return undefined;
    const now = this.#clock.now();
    if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
    if (token.lastUsedAt !== undefined && now - token.lastUsedAt < seenEveryMs) return token;
    return this.#table.change(token.id, (there) => there && { ...there, lastUsedAt: now });
  }

  async remove(id: string): Promise<ApiToken> {
    const token = this.#table.get(id);
    if (!token) throw new AccessRefused('missing', `there is no token ${id}`);
    await this.#table.change(id, () => undefined);
    return token;
  }
}

export function tokenPrefix({ id }: ApiToken): string {
  return `r365_${id}`;
}
