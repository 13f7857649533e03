/**
 * Signing in by name, password and code. Everything here comes from strangers: a name that does not exist costs the same
 * hash and gets the same words as a wrong password, and failures are counted by address and by name.
 */
import type { Vault } from '../config/vault.ts';
import { VaultError } from '../config/vault.ts';
import type { Clock } from '../platform/clock.ts';
import type { PasswordCost, PasswordHash } from '../policy/password.ts';
import { dummyHash, parsePasswordHash, verifyPassword } from '../policy/password.ts';
import { WorkLimit } from '../policy/work-limit.ts';
import type { Account, SignInMethod } from './account.ts';
import { AccessRefused } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Throttle } from './throttle.ts';
import { takeCode } from './totp.ts';

/** libuv's pool has four threads, and mail needs some of them too. */
const hashesAtATime = 1;
const hashesWaiting = 16;
const busySeconds = 5;

const wrong = 'name, password or code are wrong';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly code?: string | undefined;
  readonly address: string;
}

export class SignIn {
  readonly #accounts: Accounts;
  readonly #throttle: Throttle;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #hashes = new WorkLimit({ active: hashesAtATime, waiting: hashesWaiting });
  readonly #dummy: PasswordHash;

  constructor(options: {
    readonly accounts: Accounts;
    readonly throttle: Throttle;
    readonly vault: Vault;
    readonly clock: Clock;
    readonly passwordCost?: PasswordCost | undefined;
  }) {
    this.#accounts = options.accounts;
    this.#throttle = options.throttle;
    this.#vault = options.vault;
    this.#clock = options.clock;
    this.#dummy = dummyHash(options.passwordCost);
  }

  /** Throws AccessRefused: `wrong` (late, later with each failure), `code-needed`, `locked`. */
  async byPassword(
    given: Credentials,
  ): Promise<{ readonly account: Account; readonly method: SignInMethod }> {
    const { username, address } = given;
    this.#throttle.check(address, username);
    const account = this.#accounts.find(username);
    const isRight = await this.#isPassword(account, given.password);
    // Asked again: of many guesses sent at once all but the first few end here.
    this.#throttle.check(address, username);
    if (!account || !isRight || account.disabled) return this.#refuse(address, username);
    if (!account.totp?.confirmed) return this.#in(account, 'password', address);
    if (given.code === undefined) {
      throw new AccessRefused('code-needed', 'the code of the authenticator app is needed as well');
    }
    const counted = await this.#takeCode(account, given.code);
    return counted ? this.#in(counted, 'password-and-code', address) : this.#refuse(address, username);
  }

  /** For who is signed in and proves to be still there. Throws AccessRefused as above. */
  async provePassword(account: Account, password: string, address: string): Promise<void> {
    this.#throttle.check(address, account.name);
    if (await this.#isPassword(account, password)) return;
    await this.#throttle.failed(address, account.name);
    throw new AccessRefused('unfit', 'the current password is wrong');
  }

  async proveCode(account: Account, code: string, address: string): Promise<Account> {
    this.#throttle.check(address, account.name);
    const counted = await this.#takeCode(account, code);
    if (counted) return counted;
    await this.#throttle.failed(address, account.name);
    throw new AccessRefused('unfit', 'the code is wrong, or was used before: wait for the next one');
  }

  #in(account: Account, method: SignInMethod, address: string) {
    this.#throttle.succeeded(address, account.name);
    return { account, method };
  }

  async #refuse(address: string, username: string): Promise<never> {
    await this.#throttle.failed(address, username);
    throw new AccessRefused('wrong', wrong);
  }

  async #isPassword(account: Account | undefined, password: string): Promise<boolean> {
    const stored = hashOfAccount(account) ?? this.#dummy;
    const compared = await this.#hashes.run(() => verifyPassword(password, stored));
    if (compared === undefined) {
      throw new AccessRefused('locked', 'many sign-ins are being checked: try again shortly', busySeconds);
    }
    return compared;
  }

  /** Within the turn of the account's changes, so that one code sent twice at once counts once. */
  async #takeCode(account: Account, code: string): Promise<Account | undefined> {
    let isTaken = false;
    const changed = await this.#accounts.update(account.name, (now) => {
      const counted = this.#counted(now, code);
      isTaken = counted !== undefined;
      return counted ?? now;
    });
    return isTaken ? changed : undefined;
  }

  #counted(account: Account, code: string): Account | undefined {
    try {
      return takeCode(this.#vault, account, code, this.#clock.now());
    } catch (error) {
      // Fails closed: without the key of its secret no code of this account is right.
      if (error instanceof VaultError) return undefined;
      throw error;
    }
  }
}

function hashOfAccount(account: Account | undefined): PasswordHash | undefined {
  if (account?.passwordHash === undefined) return undefined;
  const parsed = parsePasswordHash(account.passwordHash);
  return parsed.ok ? parsed.value : undefined;
}
