/**
 * What failed sign-ins lead to: a pause that grows, then a lock-out of the address and of the name, whether or not there
 * is such an account. Who has signed in from an address before is not shut out by a stranger who tries the name elsewhere;
 * there, name and address are counted together, so that a neighbour (behind one proxy, say) whose own sign-ins make the
 * failures of the address forgotten cannot guess for ever.
 */
import { parseAddress } from '../config/network-range.ts';
import { BoundedMap } from '../policy/bounded-map.ts';
import type { LockOut } from '../policy/lock-outs.ts';
import { LockOuts } from '../policy/lock-outs.ts';
import type { Clock, Instant, Milliseconds } from '../platform/clock.ts';
import { sleep } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { AccessRefused, accountKey } from './account.ts';

const keysMax = 10_000;

export interface ThrottleOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Failed sign-ins of one address or one name before it is locked out. */
  readonly failures: number;
  readonly lockoutMs: Milliseconds;
}

export class Throttle {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #addresses: LockOuts;
  readonly #names: LockOuts;
  readonly #pairs: LockOuts;
  readonly #known = new BoundedMap<true>(keysMax);

  constructor({ clock, random, failures, lockoutMs }: ThrottleOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#addresses = new LockOuts({ clock, failures, lockOutMs: lockoutMs, keysMax });
    this.#names = new LockOuts({ clock, failures, lockOutMs: lockoutMs, keysMax });
    this.#pairs = new LockOuts({ clock, failures, lockOutMs: lockoutMs, keysMax });
  }

  /** Throws AccessRefused `locked` during a lock-out, before anything costly is done. `name` is absent for passkeys. */
  check(address: string, name?: string): void {
    const byAddress = this.#addresses.lockedUntil(addressKey(address));
    const byName = name === undefined ? undefined : this.#lockedByName(address, name);
    const until = Math.max(byAddress ?? 0, byName ?? 0);
    if (until === 0) return;
    throw new AccessRefused(
      'locked',
      'too many failed sign-ins: try again later',
      Math.ceil((until - this.#clock.now()) / 1000),
    );
  }

  /** Counts a failure, and resolves when its answer is due: true where it led to a lock-out. */
  async failed(address: string, name?: string): Promise<boolean> {
    const pauses = [this.#addresses.failed(addressKey(address))];
    if (name !== undefined) {
      pauses.push(this.#names.failed(nameKey(name)));
      if (this.#known.get(pairKey(address, name))) this.#pairs.failed(pairKey(address, name));
    }
    const isLocked =
      this.#addresses.lockedUntil(addressKey(address)) !== undefined ||
      (name !== undefined &&
        (this.#names.lockedUntil(nameKey(name)) ?? this.#pairs.lockedUntil(pairKey(address, name))) !==
          undefined);
    // A little chance in the pause hides what differs by microseconds.
    await sleep(this.#clock, Math.max(...pauses) + this.#random.fraction() * 50);
    return isLocked;
  }

  /** In force now: of addresses and of names with which people try to sign in. */
  lockOuts(): { readonly address: readonly LockOut[]; readonly user: readonly LockOut[] } {
    const user = new Map(
      this.#pairs
        .list()
        .map(({ key, ...lockOut }) => [nameOfPair(key), { key: nameOfPair(key), ...lockOut }]),
    );
    for (const lockOut of this.#names.list()) user.set(lockOut.key, lockOut);
    return { address: this.#addresses.list(), user: [...user.values()] };
  }

  /** `key` as `lockOuts` names it; `false`: there is no such lock-out now. */
  endLockOut(kind: 'address' | 'user', key: string): boolean {
    if (kind === 'address') return this.#addresses.end(key);
    const ended = [
      this.#names.end(key),
      ...this.#pairs
        .list()
        .filter((pair) => nameOfPair(pair.key) === key)
        .map((pair) => this.#pairs.end(pair.key)),
    ];
    return ended.includes(true);
  }

  succeeded(address: string, name: string): void {
    this.#addresses.succeeded(addressKey(address));
    this.#names.succeeded(nameKey(name));
    this.#pairs.succeeded(pairKey(address, name));
    this.#known.set(pairKey(address, name), true);
  }

  #lockedByName(address: string, name: string): Instant | undefined {
    const pair = pairKey(address, name);
    return this.#known.get(pair) ? this.#pairs.lockedUntil(pair) : this.#names.lockedUntil(nameKey(name));
  }
}

function nameKey(name: string): string {
  return accountKey(name).slice(0, 128);
}

function pairKey(address: string, name: string): string {
  return `${addressKey(address)} ${nameKey(name)}`;
}

/** Of an account that has signed in, so it holds no blank. */
function nameOfPair(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

/** A host chooses among the 2^64 addresses of its IPv6 network, so the network counts. */
function addressKey(text: string): string {
  const address = parseAddress(text);
  if (!address.ok) return text.slice(0, 64);
  const { family, value } = address.value;
  return family === 4 ? text : `${(value >> 64n).toString(16)}/64`;
}
