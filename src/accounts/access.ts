/** Everything about who may use the console and the API, opened from one store. */
import type { Vault } from '../config/vault.ts';
import type { Clock, Milliseconds } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { PasswordCost } from '../policy/password.ts';
import type { Store } from '../store/store.ts';
import { Accounts } from './accounts.ts';
import { FirstAccount } from './first-account.ts';
import type { OidcSettings } from './oidc.ts';
import { Oidc } from './oidc.ts';
import { Passkeys } from './passkeys.ts';
import { Sessions } from './sessions.ts';
import { SavedSearches } from './saved-searches.ts';
import { SignIn } from './sign-in.ts';
import { Throttle } from './throttle.ts';
import { Tokens } from './tokens.ts';

export interface Access {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  /** Searches among messages that are kept. */
  readonly searches: SavedSearches;
  readonly signIn: SignIn;
  readonly passkeys: Passkeys;
  readonly first: FirstAccount;
  /** Of failed sign-ins to console and API. */
  readonly lockOuts: Pick<Throttle, 'lockOuts' | 'endLockOut'>;
  /** Absent where no identity provider is configured. */
  readonly oidc?: Oidc;
  readonly vault: Vault;
}

export interface AccessOptions {
  readonly store: Pick<Store, 'records'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  /** Failed sign-ins before a lock-out, and its length. */
  readonly failures: number;
  readonly lockoutMs: Milliseconds;
  readonly oidc?: OidcSettings | undefined;
  /** Of hashes that are made; absent: that of every password. Tests make many, and say nothing about guessing one. */
  readonly testing__passwordCost?: PasswordCost;
}

export async function openAccess(options: AccessOptions): Promise<Access> {
  const { store, vault, clock, testing__passwordCost: passwordCost } = options;
  const [accounts, sessions, tokens, searches] = await Promise.all([
    Accounts.open(store, clock, passwordCost),
    Sessions.open(store, clock),
    Tokens.open(store, clock),
    SavedSearches.open(store, clock),
  ]);
  const throttle = new Throttle(options);
  return {
    accounts,
    sessions,
    tokens,
    searches,
    vault,
    signIn: new SignIn({ accounts, throttle, vault, clock, passwordCost }),
    passkeys: new Passkeys({ accounts, throttle, clock }),
    first: new FirstAccount({ accounts, throttle, clock }),
    lockOuts: throttle,
    ...(options.oidc ? { oidc: new Oidc({ settings: options.oidc, accounts, throttle, clock }) } : {}),
  };
}
