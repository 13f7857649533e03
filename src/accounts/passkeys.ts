/**
 * Passkeys (WebAuthn Level 3): made and asked for with user verification, so that one is two factors by itself. The
 * relying party is the host name under which the console was opened; WebAuthn 5.1.2 has none for addresses.
 */
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { isIP } from 'node:net';
import type { Clock, Milliseconds } from '../platform/clock.ts';
import type { Account, Passkey } from './account.ts';
import { AccessRefused } from './account.ts';
import type { Accounts } from './accounts.ts';
import { Challenges } from './challenges.ts';
import type { Throttle } from './throttle.ts';

const challengeMs: Milliseconds = 5 * 60_000;
const passkeysMax = 20;

/** Where the browser says it is: scheme, host and port, checked to be ours. */
export interface Origin {
  readonly origin: string;
  readonly host: string;
}

interface Challenge {
  readonly challenge: string;
  /** Who adds one; absent: somebody signs in. */
  readonly account?: string;
}

export class Passkeys {
  readonly #accounts: Accounts;
  readonly #throttle: Throttle;
  readonly #clock: Clock;
  readonly #challenges: Challenges<Challenge>;

  constructor(options: { readonly accounts: Accounts; readonly throttle: Throttle; readonly clock: Clock }) {
    this.#accounts = options.accounts;
    this.#throttle = options.throttle;
    this.#clock = options.clock;
    this.#challenges = new Challenges(options.clock, challengeMs);
  }

  async offer(account: Account, place: Origin): Promise<{ id: string; options: Record<string, unknown> }> {
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: 'relay365',
      rpID: relyingParty(place),
      userName: account.name,
      attestationType: 'none',
      excludeCredentials: account.passkeys.map(descriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const id = this.#challenges.put({ challenge: options.challenge, account: account.name });
    return { id, options: { ...options } };
  }

  async add(
    account: Account,
    given: { readonly id: string; readonly name: string; readonly response: unknown },
    place: Origin,
  ): Promise<Passkey> {
    const expected = this.#challenges.take(given.id);
    if (expected?.account !== account.name) {
      throw new AccessRefused('conflict', 'this came too late, or twice: begin again');
    }
    const { verifyRegistrationResponse } = await library();
    const verified = await verifyRegistrationResponse({
      response: given.response as RegistrationResponseJSON,
      expectedChallenge: expected.challenge,
      expectedOrigin: place.origin,
      expectedRPID: relyingParty(place),
      requireUserVerification: true,
    }).catch(unfit);
    if (!verified.verified) throw new AccessRefused('unfit', 'the answer of the browser does not fit');
    const { credential } = verified.registrationInfo;
    const passkey: Passkey = {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      name: given.name,
      createdAt: this.#clock.now(),
    };
    await this.#accounts.update(account.name, (now) => {
      if (this.#ownerOf(passkey.id)) throw new AccessRefused('conflict', 'this passkey is here already');
      if (now.passkeys.length >= passkeysMax) {
        throw new AccessRefused('conflict', `an account has at most ${passkeysMax} passkeys`);
      }
      return { ...now, passkeys: [...now.passkeys, passkey] };
    });
    return passkey;
  }

  async remove(account: Account, id: string): Promise<void> {
    await this.#accounts.update(account.name, (now) => {
      const passkeys = now.passkeys.filter((passkey) => passkey.id !== id);
      if (passkeys.length === now.passkeys.length) {
        throw new AccessRefused('missing', 'there is no such passkey');
      }
      return { ...now, passkeys };
    });
  }

  /** The browser shows which passkeys it has; nobody needs to say a name. */
  async ask(place: Origin, address: string): Promise<{ id: string; options: Record<string, unknown> }> {
    this.#throttle.check(address);
    const { generateAuthenticationOptions } = await library();
    const options = await generateAuthenticationOptions({
      rpID: relyingParty(place),
      userVerification: 'required',
    });
    return { id: this.#challenges.put({ challenge: options.challenge }), options: { ...options } };
  }

  /** Throws AccessRefused `wrong` or `locked`. */
  async signIn(
    given: { readonly id: string; readonly response: unknown },
    place: Origin,
    address: string,
  ): Promise<Account> {
    this.#throttle.check(address);
    const account = await this.#verified(given, place);
    if (!account || account.disabled) {
      await this.#throttle.failed(address);
      throw new AccessRefused('wrong', 'this passkey is not known here, or its answer does not fit');
    }
    this.#throttle.succeeded(address, account.name);
    return account;
  }

  async #verified(
    given: { readonly id: string; readonly response: unknown },
    place: Origin,
  ): Promise<Account | undefined> {
    const expected = this.#challenges.take(given.id);
    const response = given.response as AuthenticationResponseJSON;
    const owner = typeof response.id === 'string' ? this.#ownerOf(response.id) : undefined;
    const passkey = owner?.passkeys.find(({ id }) => id === response.id);
    if (!expected || expected.account !== undefined || !owner || !passkey) return undefined;
    const { verifyAuthenticationResponse } = await library();
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: expected.challenge,
      expectedOrigin: place.origin,
      expectedRPID: relyingParty(place),
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      // What does not parse or does not fit is one answer to a stranger.
    }).catch(() => undefined);
    if (!verified?.verified) return undefined;
    const { newCounter } = verified.authenticationInfo;
    const used = { ...passkey, counter: newCounter, lastUsedAt: this.#clock.now() };
    return this.#accounts.update(owner.name, (now) => ({
      ...now,
      passkeys: now.passkeys.map((other) => (other.id === used.id ? used : other)),
    }));
  }

  #ownerOf(id: string): Account | undefined {
    return this.#accounts.list().find(({ passkeys }) => passkeys.some((passkey) => passkey.id === id));
  }
}

/** `undefined` under an address, which cannot be a relying party. */
export function relyingPartyOf(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name.startsWith('[') || isIP(name) !== 0 ? undefined : name;
}

function relyingParty({ host }: Origin): string {
  const name = relyingPartyOf(host);
  if (name !== undefined) return name;
  throw new AccessRefused(
    'conflict',
    'passkeys belong to a host name: open the console by its name (or as localhost) instead of its address',
  );
}

function descriptor({ id, transports }: Passkey) {
  return { id, transports: [...transports] as AuthenticatorTransport[] };
}

function unfit(error: unknown): never {
  throw new AccessRefused('unfit', `the answer of the browser does not fit: ${(error as Error).message}`);
}

/** Loaded when somebody uses a passkey: a start does not wait for it. */
function library() {
  return import('@simplewebauthn/server');
}
