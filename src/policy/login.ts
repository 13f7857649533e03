/**
 * Verifies logins: user names and passwords of strangers against the hashes of the policy.
 *
 * Inputs are untrusted: a user name is an opaque key of at most 255 octets, compared exactly; a password is hashed,
 * never kept and never shown. An unknown user costs the same hash as a known one, so time does not tell which names
 * exist. Failures are slowed and locked out per address and per user. Every error is a refusal: `accepted` is made
 * at one place, after a comparison that was true.
 *
 * Limits: hashes at a time and waiting, keys remembered (the constants below), each with its reply.
 * RFC 4954 6: 535 for wrong credentials, 454 for what may pass later.
 */
import type { Clock, Milliseconds } from '../platform/clock.ts';
import { formatInstant, sleep } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { parseAddress } from '../config/network-range.ts';
import type { Policy, Source } from './policy.ts';
import type { Refusal } from './verdict.ts';
import { printable } from './address-pattern.ts';
import { BoundedMap } from './bounded-map.ts';
import type { LockOut } from './lock-outs.ts';
import { LockOuts } from './lock-outs.ts';
import type { PasswordHash } from './password.ts';
import { dummyHash, parsePasswordHash, verifyPassword } from './password.ts';
import { ended, lastDay } from './validity.ts';
import { WorkLimit } from './work-limit.ts';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly address: string;
  readonly listener: string;
}

export type LoginResult =
  | { readonly kind: 'accepted'; readonly source: Source; readonly username: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface LoginGuardOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Failed logins of one address or one user before it is locked out. */
  readonly failures: number;
  /** Length of the first lock-out; each further one is twice as long. */
  readonly lockoutMs: Milliseconds;
}

export interface LockOutList {
  readonly address: readonly LockOut[];
  readonly user: readonly LockOut[];
}

/** RFC 4616 2 lets an identity have 255 octets. */
const usernameBytesMax = 255;
/** libuv's pool has four threads, and files need some of them too. */
const hashesAtATime = 2;
/** At some 80 ms a hash the last of the queue waits less than three seconds. */
const hashesWaiting = 64;
const keysMax = 20_000;

export class LoginGuard {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byAddress: LockOuts;
  readonly #byUser: LockOuts;
  /** Address and user of logins that worked: a user's lock-out does not shut out the machine that knows the password. */
  readonly #knownPairs = new BoundedMap<true>(keysMax);
  readonly #hashes = new WorkLimit({ active: hashesAtATime, waiting: hashesWaiting });
  readonly #dummy: PasswordHash = dummyHash();

  constructor(options: LoginGuardOptions) {
    const { clock, failures, lockoutMs } = options;
    this.#clock = clock;
    this.#random = options.random;
    this.#byAddress = new LockOuts({ clock, failures, lockOutMs: lockoutMs, keysMax });
    this.#byUser = new LockOuts({ clock, failures, lockOutMs: lockoutMs, keysMax });
  }

  /** Never rejects. The answer to a failed login comes late, and later with each failure. */
  async verify(policy: Policy, request: LoginRequest): Promise<LoginResult> {
    const keys = keysOf(request);
    const locked = this.#lockOut(keys, request);
    if (locked) return refused(locked);
    const source = policy.logins.get(request.username);
    const verified = await this.#compare(request, source);
    if (verified === 'busy') return refused(busy());
    if (verified === 'error') return refused(unavailable(request));
    // Asked again: of many guesses sent at once all but the first few end here, whatever they would have come to.
    const lockedMeanwhile = this.#lockOut(keys, request);
    if (lockedMeanwhile) return refused(lockedMeanwhile);
    if (!verified || !source) return this.#wrong(keys, request, source);
    this.#byAddress.succeeded(keys.address);
    this.#byUser.succeeded(keys.user);
    this.#knownPairs.set(keys.pair, true);
    const refusal = notNow(source, request, this.#clock);
    return refusal ? refused(refusal) : { kind: 'accepted', source, username: request.username };
  }

  /** Lock-outs that hold now, by address and by user. */
  lockOuts(): LockOutList {
    return { address: this.#byAddress.list(), user: this.#byUser.list() };
  }

  /** Lets an address or a user try again at once; `false`: it is not locked out. */
  endLockOut(kind: keyof LockOutList, key: string): boolean {
    return (kind === 'address' ? this.#byAddress : this.#byUser).end(key);
  }

  /** Puts back what held before a restart. */
  restoreLockOuts({ address, user }: LockOutList): void {
    this.#byAddress.restore(address);
    this.#byUser.restore(user);
  }

  #lockOut(keys: Keys, request: LoginRequest): Refusal | undefined {
    const byAddress = this.#byAddress.lockedUntil(keys.address);
    if (byAddress !== undefined) {
      return lockedOut(
        'address-locked-out',
        `${request.address} is locked out until ${formatInstant(byAddress)} after too many failed logins`,
      );
    }
    const byUser = this.#byUser.lockedUntil(keys.user);
    if (byUser === undefined || this.#knownPairs.get(keys.pair)) return undefined;
    return lockedOut(
      'user-locked-out',
      `the user "${printable(request.username)}" is locked out until ${formatInstant(byUser)} after too many failed logins; addresses from which it has logged in before are not`,
    );
  }

  async #compare(request: LoginRequest, source: Source | undefined): Promise<boolean | 'busy' | 'error'> {
    try {
      const stored = this.#storedHash(source);
      return (await this.#hashes.run(() => verifyPassword(request.password, stored))) ?? 'busy';
    } catch {
      return 'error';
    }
  }

  #storedHash(source: Source | undefined): PasswordHash {
    const written = source?.config.login?.password;
    if (written === undefined) return this.#dummy;
    const parsed = parsePasswordHash(written);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.value;
  }

  async #wrong(keys: Keys, request: LoginRequest, source: Source | undefined): Promise<LoginResult> {
    const pause = Math.max(this.#byAddress.failed(keys.address), this.#byUser.failed(keys.user));
    // A little chance in the pause hides what differs by microseconds.
    await sleep(this.#clock, pause + this.#random.fraction() * 50);
    return refused(wrongCredentials(request, source));
  }
}

interface Keys {
  readonly address: string;
  readonly user: string;
  readonly pair: string;
}

function keysOf({ address, username }: LoginRequest): Keys {
  // A name beyond the limit exists nowhere; its beginning is enough to count it by.
  const user =
    Buffer.byteLength(username) > usernameBytesMax ? `long ${username.slice(0, 64)}` : `user ${username}`;
  const network = addressKey(address);
  return { address: network, user, pair: `${network} ${user}` };
}

/** A host chooses among the 2^64 addresses of its IPv6 network, so the network counts. */
function addressKey(text: string): string {
  const address = parseAddress(text);
  if (!address.ok) return text.slice(0, 64);
  const { family, value } = address.value;
  return family === 4 ? text : `${(value >> 64n).toString(16)}/64`;
}

function refused(refusal: Refusal): LoginResult {
  return { kind: 'refused', refusal };
}

/** The password was right, but the source may not log in here or any more. The peer hears what a wrong password hears. */
function notNow(source: Source, request: LoginRequest, clock: Clock): Refusal | undefined {
  const { listeners } = source.config;
  if (ended(source.expiresAt, clock.now())) {
    return credentials(
      'source-expired',
      `the permission of ${source.name} ended on ${lastDay(source.expiresAt)}`,
    );
  }
  if (listeners && !listeners.includes(request.listener)) {
    return credentials(
      'listener-not-permitted',
      `${source.name} is known on listener ${listeners.join(', ')} only, not on ${request.listener}`,
    );
  }
  return undefined;
}

function wrongCredentials(request: LoginRequest, source: Source | undefined): Refusal {
  const name = `"${printable(request.username)}"`;
  return source
    ? credentials(
        'login-failed',
        `wrong password for ${name} of ${source.name}; set the device's password, or make a new hash with "relay365 source password"`,
      )
    : credentials(
        'login-failed',
        `no source has the user name ${name}; names are compared exactly, case included`,
      );
}

function credentials(rule: string, explanation: string): Refusal {
  return {
    kind: 'refuse',
    code: 535,
    enhanced: '5.7.8',
    text: 'Authentication credentials invalid',
    rule,
    explanation,
  };
}

function lockedOut(rule: string, explanation: string): Refusal {
  return {
    kind: 'defer',
    code: 454,
    enhanced: '4.7.0',
    text: 'Too many failed logins, try again later',
    rule,
    explanation,
  };
}

function busy(): Refusal {
  return {
    kind: 'defer',
    code: 454,
    enhanced: '4.7.0',
    text: 'Temporary authentication failure, try again later',
    rule: 'logins-busy',
    explanation: `${hashesWaiting} logins are waiting to be verified already; this one was turned away and not counted as failed`,
  };
}

function unavailable(request: LoginRequest): Refusal {
  return {
    kind: 'defer',
    code: 454,
    enhanced: '4.7.0',
    text: 'Temporary authentication failure, try again later',
    rule: 'login-not-verifiable',
    explanation: `the password of "${printable(request.username)}" could not be verified: its hash cannot be read or there was no memory for it`,
  };
}
