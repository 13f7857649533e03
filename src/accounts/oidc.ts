/**
 * Single sign-on by OpenID Connect: authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect
 * Core 3.1). The role comes from a claim of the ID token and is looked at again at each sign-in.
 *
 * Entra ID: app roles arrive in `roles`, groups as object ids in `groups` ("Configure group claims and app roles in
 * tokens"); a user in more than 200 groups has no `groups` claim and is refused with these words.
 */
import type { Configuration, IDToken } from 'openid-client';
import type { Clock, Milliseconds } from '../platform/clock.ts';
import type { Account, Role } from './account.ts';
import { AccessRefused } from './account.ts';
import type { Accounts } from './accounts.ts';
import { Challenges } from './challenges.ts';
import type { Throttle } from './throttle.ts';

export interface OidcSettings {
  /** Of Entra ID: `https://login.microsoftonline.com/TENANT/v2.0`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** On the button. */
  readonly label: string;
  readonly claim: string;
  /** Values of the claim that give a role; the highest role counts. */
  readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
}

interface Begun {
  readonly verifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
  /** Secret that the browser that began has in a cookie: nobody else can be made to finish. */
  readonly binding: string;
}

const roundTripMs: Milliseconds = 10 * 60_000;
const requestSeconds = 10;
const rolesDownwards: readonly Role[] = ['administrator', 'operator', 'help-desk', 'viewer'];

export class Oidc {
  readonly #settings: OidcSettings;
  readonly #accounts: Accounts;
  readonly #throttle: Throttle;
  readonly #begun: Challenges<Begun>;
  #configuration: Promise<Configuration> | undefined;

  constructor(options: {
    readonly settings: OidcSettings;
    readonly accounts: Accounts;
    readonly throttle: Throttle;
    readonly clock: Clock;
  }) {
    this.#settings = options.settings;
    this.#accounts = options.accounts;
    this.#throttle = options.throttle;
    this.#begun = new Challenges(options.clock, roundTripMs);
  }

  get label(): string {
    return this.#settings.label;
  }

  /** Where to send the browser, and what to give it in a cookie. Rejects with OidcUnreachable. */
  async begin(
    redirectUri: string,
    address: string,
  ): Promise<{ readonly url: string; readonly binding: string }> {
    this.#throttle.check(address);
    const client = await import('openid-client');
    const configuration = await this.#discovered();
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce, binding] = [client.randomState(), client.randomNonce(), client.randomState()];
    this.#begun.put({ verifier, nonce, redirectUri, binding }, state);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, binding };
  }

  /** `query`: of the request that the provider sent the browser back with. Throws AccessRefused. */
  async finish(given: {
    readonly query: URLSearchParams;
    readonly binding: string | undefined;
    readonly address: string;
  }): Promise<Account> {
    const { query, binding, address } = given;
    this.#throttle.check(address);
    const state = query.get('state') ?? '';
    const begun = this.#begun.take(state);
    if (!begun || begun.binding !== binding) {
      await this.#throttle.failed(address);
      throw new AccessRefused(
        'wrong',
        'this sign-in was not begun in this browser, or too long ago: begin again',
      );
    }
    const claims = await this.#claims(begun, state, query);
    const account = await this.#accountOf(claims);
    if (account.disabled) throw new AccessRefused('wrong', `the account ${account.name} is disabled`);
    this.#throttle.succeeded(address, account.name);
    return account;
  }

  async #claims(begun: Begun, state: string, query: URLSearchParams): Promise<IDToken> {
    const client = await import('openid-client');
    const url = new URL(begun.redirectUri);
    url.search = query.toString();
    try {
      const tokens = await client.authorizationCodeGrant(await this.#discovered(), url, {
        pkceCodeVerifier: begun.verifier,
        expectedState: state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims) return claims;
      throw new Error('there is no ID token');
    } catch (error) {
      if (error instanceof OidcUnreachable) throw error;
      throw new AccessRefused('wrong', `the identity provider did not sign you in: ${reasonOf(error)}`);
    }
  }

  #accountOf(claims: IDToken): Promise<Account> {
    const role = this.#roleOf(claims);
    const name = nameOf(claims);
    if (!role) {
      const isOverage = '_claim_names' in claims;
      throw new AccessRefused(
        'wrong',
        isOverage
          ? `${name} is in more groups than a token can hold: give an app role instead of a group`
          : `${name} has no role here: the claim "${this.#settings.claim}" names none of those under console.oidc.roles`,
      );
    }
    return this.#accounts.ofProvider({ name, role, oidc: { issuer: claims.iss, subject: claims.sub } });
  }

  #roleOf(claims: IDToken): Role | undefined {
    const value = claims[this.#settings.claim];
    const held = new Set((Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string'));
    return rolesDownwards.find((role) => this.#settings.roles[role]?.some((text) => held.has(text)));
  }

  /** Found once; after a failure asked again by the next sign-in. */
  async #discovered(): Promise<Configuration> {
    this.#configuration ??= this.#discover();
    try {
      return await this.#configuration;
    } catch (cause) {
      this.#configuration = undefined;
      throw new OidcUnreachable(
        `the identity provider ${this.#settings.issuer} cannot be asked: ${reasonOf(cause)}`,
        { cause },
      );
    }
  }

  async #discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret } = this.#settings;
    const url = new URL(issuer);
    return client.discovery(url, clientId, clientSecret, undefined, {
      timeout: requestSeconds,
      // The configuration takes http for loopback alone.
      execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
    });
  }
}

export class OidcUnreachable extends Error {
  override readonly name = 'OidcUnreachable';
}

/** For showing. Who it is, issuer and subject say: Microsoft warns that the name can change and be given to another. */
function nameOf(claims: IDToken): string {
  const given = claims['preferred_username'] ?? claims['email'] ?? claims.sub;
  const name = typeof given === 'string' ? given.replaceAll(/[^A-Za-z0-9._@+-]/g, '-').slice(0, 128) : '';
  return /^[A-Za-z0-9]/.test(name) ? name : `user-${name}`.slice(0, 128);
}

function reasonOf(error: unknown): string {
  const {
    message,
    cause,
    error: code,
    error_description: text,
  } = error as Error & {
    readonly error?: string;
    readonly error_description?: string;
  };
  if (code !== undefined) return text === undefined ? code : `${code}: ${text.slice(0, 200)}`;
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message;
}
