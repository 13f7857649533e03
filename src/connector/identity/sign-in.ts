/**
 * A person's sign-in that the relay keeps, so that it may fetch tokens in that person's name ("OAuth 2.0 device
 * authorization grant flow", Microsoft Learn). What is kept is a refresh token: secret, replaced by each answer that
 * brings another one, and dead after 90 days without use.
 */
import type { Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';

/** For whom a sign-in counts; another application or tenant needs one of its own. */
export interface SignInOwner {
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
}

export interface KeptSignIn extends SignInOwner {
  /** Secret. */
  readonly refreshToken: string;
  readonly signedInAt: Instant;
  /** When the token endpoint last took it. */
  readonly usedAt: Instant;
  /** When the token endpoint last refused it for good. */
  readonly refusedAt?: Instant;
}

/** Where the sign-in of one connector is kept. */
export interface SignInSlot {
  /** Name of the connector. */
  readonly connector: string;
  /** `undefined`: nobody has signed in. Rejects when what is kept cannot be read; the message holds no secret. */
  read(): Promise<KeptSignIn | undefined>;
  /**
   * Resolves when `next` is on stable storage. Where another refresh token than `before` is kept by now, somebody has
   * signed in meanwhile, and that one stays.
   */
  replace(before: string, next: KeptSignIn): Promise<void>;
}

/** "Refresh tokens in the Microsoft identity platform": 90 days of disuse. */
export const disuseDays = 90;
const dayMs = 86_400_000;

/** When it ends if nothing uses it; for a refused one, when it ended. */
export function signInEnd({ usedAt, refusedAt }: Pick<KeptSignIn, 'usedAt' | 'refusedAt'>): Instant {
  return refusedAt ?? plus(usedAt, disuseDays * dayMs);
}

export function isMadeFor(kept: SignInOwner, owner: Partial<SignInOwner>): boolean {
  return (
    kept.authority === owner.authority && kept.tenantId === owner.tenantId && kept.clientId === owner.clientId
  );
}

/** The words that put it right. */
export function signInAgain(connector: string): string {
  return `sign in again with "relay365 connector sign-in ${connector}"`;
}
