/** The accounts: made, changed, removed. There is always an administrator who can sign in, once there was one. */
import type { PasswordCost } from '../policy/password.ts';
import { hashPassword } from '../policy/password.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import type { Account, Role } from './account.ts';
import { AccessRefused, accountKey } from './account.ts';
import { Table } from './table.ts';

const accountsMax = 1000;

export interface AccountChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly password?: string | undefined;
  /** Takes the authenticator app away. */
  readonly totp?: false | undefined;
  /** Takes all passkeys away. */
  readonly passkeys?: false | undefined;
}

export class Accounts {
  readonly #table: Table<Account>;
  readonly #clock: Clock;
  readonly #cost: PasswordCost | undefined;

  private constructor(table: Table<Account>, clock: Clock, cost?: PasswordCost) {
    this.#table = table;
    this.#clock = clock;
    this.#cost = cost;
  }

  static async open(store: Pick<Store, 'records'>, clock: Clock, cost?: PasswordCost): Promise<Accounts> {
    return new Accounts(await Table.open<Account>(store, 'account'), clock, cost);
  }

  get isEmpty(): boolean {
    return this.#table.size === 0;
  }

  find(name: string): Account | undefined {
    return this.#table.get(accountKey(name));
  }

  get(name: string): Account {
    const found = this.find(name);
    if (!found) throw new AccessRefused('missing', `there is no account "${name}"`);
    return found;
  }

  list(): readonly Account[] {
    return this.#table
      .entries()
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, account]) => account);
  }

  /** `isFirst`: only where there is none yet. */
  async add(
    given: { readonly name: string; readonly role: Role; readonly password: string },
    { isFirst = false } = {},
  ): Promise<Account> {
    const now = this.#clock.now();
    const account: Account = {
      name: given.name,
      role: given.role,
      disabled: false,
      createdAt: now,
      passwordHash: await hashFit(given.password, given.name, this.#cost),
      passwordChangedAt: now,
      passkeys: [],
    };
    return this.#insert(account, isFirst);
  }

  /** The account of somebody whom the identity provider knows; made, or given the role of today. */
  async ofProvider(given: {
    readonly name: string;
    readonly role: Role;
    readonly oidc: NonNullable<Account['oidc']>;
  }): Promise<Account> {
    const known = this.list().find(
      ({ oidc }) => oidc?.issuer === given.oidc.issuer && oidc.subject === given.oidc.subject,
    );
    if (!known) {
      const account = { ...given, disabled: false, createdAt: this.#clock.now(), passkeys: [] };
      return this.#insert(account, false);
    }
    return this.update(known.name, (account) =>
      account.role === given.role ? account : { ...account, role: given.role },
    );
  }

  async #insert(account: Account, isFirst: boolean): Promise<Account> {
    await this.#table.change(accountKey(account.name), (there) => {
      if (isFirst && this.#table.size > 0) throw new AccessRefused('conflict', 'there is an account already');
      if (there) throw new AccessRefused('conflict', `there is an account "${there.name}" already`);
      if (this.#table.size >= accountsMax) {
        throw new AccessRefused(
          'conflict',
          `there are ${accountsMax} accounts, which is the most there can be`,
        );
      }
      return account;
    });
    return account;
  }

  async change(name: string, change: AccountChange): Promise<Account> {
    const { role, disabled, password } = change;
    const passwordHash = password === undefined ? undefined : await hashFit(password, name, this.#cost);
    return this.update(name, (account) => {
      if (account.oidc && (role !== undefined || password !== undefined)) {
        throw new AccessRefused(
          'conflict',
          "role and password of this account are the identity provider's to change",
        );
      }
      const changed: Account = {
        ...(change.totp === false ? withoutTotp(account) : account),
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabled }),
        ...(change.passkeys === false ? { passkeys: [] } : {}),
        ...(passwordHash === undefined ? {} : { passwordHash, passwordChangedAt: this.#clock.now() }),
      };
      this.#assertAdministrator(account, changed);
      return changed;
    });
  }

  /** Any other change; `next` gives the same value to change nothing. */
  async update(name: string, next: (account: Account) => Account): Promise<Account> {
    const changed = await this.#table.change(accountKey(name), (account) => {
      if (!account) throw new AccessRefused('missing', `there is no account "${name}"`);
      return next(account);
    });
    return changed ?? this.get(name);
  }

  /** Notes that somebody has signed in with it just now. */
  async signedIn(name: string): Promise<Account> {
    const now = this.#clock.now();
    return this.update(name, (account) => ({ ...account, lastSignInAt: now }));
  }

  async remove(name: string): Promise<void> {
    await this.#table.change(accountKey(name), (account) => {
      if (!account) throw new AccessRefused('missing', `there is no account "${name}"`);
      this.#assertAdministrator(account, undefined);
      return undefined;
    });
  }

  #assertAdministrator(before: Account, after: Account | undefined): void {
    if (!isAdministrator(before) || isAdministrator(after)) return;
    if (this.list().filter(isAdministrator).length > 1) return;
    throw new AccessRefused('conflict', `${before.name} is the last administrator: make another one first`);
  }
}

/** An identity provider may be gone tomorrow, so its administrators do not count. */
function isAdministrator(account: Account | undefined): boolean {
  return account?.role === 'administrator' && !account.disabled && !account.oidc;
}

function withoutTotp({ totp: _gone, ...rest }: Account): Account {
  return rest;
}

/** NIST SP 800-63B-4 3.1.1.2: at least 15 characters, no rules of composition, not what is easily guessed. */
const passwordLengthMin = 15;

export async function hashFit(password: string, name: string, cost?: PasswordCost): Promise<string> {
  // By code points: what a person sees as one character may be several of them.
  if (Array.from(password).length < passwordLengthMin) {
    throw new AccessRefused(
      'unfit',
      `a password has at least ${passwordLengthMin} characters; a sentence is a good one`,
    );
  }
  const guess = password.toLowerCase();
  if (new Set(guess).size < 5 || guess.replaceAll(name.toLowerCase(), '').length < 8) {
    throw new AccessRefused(
      'unfit',
      'this password is easily guessed: it repeats a few characters, or the name',
    );
  }
  try {
    return await hashPassword(password, cost);
  } catch (error) {
    if (error instanceof RangeError) throw new AccessRefused('unfit', error.message);
    throw error;
  }
}
