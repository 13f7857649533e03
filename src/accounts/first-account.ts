/** The one-time link by which the first administrator is made: there is no default password. */
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Account } from './account.ts';
import { AccessRefused } from './account.ts';
import type { Accounts } from './accounts.ts';
import { hashOf, newSecret } from './secret.ts';
import type { Throttle } from './throttle.ts';

/** Long enough to open a browser, short enough that a log that is read later gives nothing away. */
export const firstLinkMs: Milliseconds = 3_600_000;

export interface FirstLink {
  readonly token: string;
  readonly until: Instant;
}

export class FirstAccount {
  readonly #accounts: Accounts;
  readonly #throttle: Throttle;
  readonly #clock: Clock;
  #hash: string | undefined;
  #until: Instant | undefined;

  constructor(options: { readonly accounts: Accounts; readonly throttle: Throttle; readonly clock: Clock }) {
    this.#accounts = options.accounts;
    this.#throttle = options.throttle;
    this.#clock = options.clock;
  }

  /** A new link, which makes the one before worthless; `undefined` where there is an account. */
  offer(): FirstLink | undefined {
    if (!this.#accounts.isEmpty) return undefined;
    const token = newSecret();
    this.#hash = hashOf(token);
    this.#until = plus(this.#clock.now(), firstLinkMs);
    return { token, until: this.#until };
  }

  /** Throws AccessRefused. */
  async take(given: {
    readonly token: string;
    readonly username: string;
    readonly password: string;
    readonly address: string;
  }): Promise<Account> {
    const { token, username, password, address } = given;
    this.#throttle.check(address);
    if (!this.#accounts.isEmpty) throw new AccessRefused('conflict', 'there is an account already: sign in');
    const isOver = this.#until === undefined || this.#until <= this.#clock.now();
    if (isOver || this.#hash !== hashOf(token)) {
      await this.#throttle.failed(address);
      throw new AccessRefused(
        'wrong',
        'this link counts no more: start the relay again for another one, or run "relay365 user add"',
      );
    }
    const account = await this.#accounts.add(
      { name: username, role: 'administrator', password },
      { isFirst: true },
    );
    this.#hash = undefined;
    return account;
  }
}
