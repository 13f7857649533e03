/** An account of the console: who, what role, and by what it signs in. */
import type { Instant } from '../platform/clock.ts';

/** As contract/roles.ts has them; each holds what those before it hold. */
export type Role = 'viewer' | 'help-desk' | 'operator' | 'administrator';

export interface Passkey {
  /** Credential id, base64url. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** How often the authenticator says it was used; 0 where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt?: Instant;
}

export interface Totp {
  /** Base32, sealed by the vault. */
  readonly sealed: string;
  /** False until a first code was given; then no code is asked for. */
  readonly confirmed: boolean;
  /** Time step of the last code that counted (RFC 6238 5.2: a code counts once). */
  readonly lastStep: number;
}

export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: Instant;
  /** PHC text of policy/password.ts. */
  readonly passwordHash?: string;
  readonly passwordChangedAt?: Instant;
  readonly lastSignInAt?: Instant;
  readonly totp?: Totp;
  readonly passkeys: readonly Passkey[];
  /** Who it is at the identity provider; such an account has no password here. */
  readonly oidc?: { readonly issuer: string; readonly subject: string };
}

export type SignInMethod = 'password' | 'password-and-code' | 'passkey' | 'oidc' | 'first-account';

/** What cannot be done, in words for the person who asked. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused';
  readonly kind: 'missing' | 'conflict' | 'wrong' | 'code-needed' | 'unfit' | 'locked';
  /** Of `locked`: seconds. */
  readonly retryAfter: number | undefined;
  constructor(kind: AccessRefused['kind'], message: string, retryAfter?: number) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

/** Names are compared without regard to case. */
export function accountKey(name: string): string {
  return name.toLowerCase();
}
