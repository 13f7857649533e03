/** An access token and what it says about itself. Microsoft's tokens are JWTs; one that is none is left unread. */
import type { Instant } from '../../platform/clock.ts';
import { instant, plus } from '../../platform/clock.ts';

export interface AccessToken {
  /** Secret. */
  readonly value: string;
  readonly fetchedAt: Instant;
  readonly expiresAt: Instant;
  readonly claims?: TokenClaims;
  /** How far the clock of the token endpoint is ahead of ours, where it told its time. */
  readonly clockAheadMs?: number;
}

/** The claims that say where a token is good for; the signature is the resource's business. */
export interface TokenClaims {
  readonly audience: readonly string[];
  readonly tenant?: string;
  readonly application?: string;
  /** Who signed in, in a token of a person: a user principal name. */
  readonly person?: string;
  /** Application permissions. */
  readonly roles: readonly string[];
  /** Delegated permissions: what the application may do in the name of a person. */
  readonly scopes: readonly string[];
  readonly expiresAt?: Instant;
}

/** Octets of a token; what is longer is not read. */
const tokenBytesMax = 64 * 1024;

/** `seconds`: what the endpoint says the token lives; a token that does not say is asked for anew each time. */
export function makeToken(
  value: string,
  seconds: number,
  fetchedAt: Instant,
  clockAheadMs?: number,
): AccessToken {
  const claims = readClaims(value);
  return {
    value,
    fetchedAt,
    expiresAt: plus(fetchedAt, Math.max(0, seconds) * 1000),
    ...(claims && { claims }),
    ...(clockAheadMs !== undefined && { clockAheadMs }),
  };
}

export function readClaims(token: string): TokenClaims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3 || token.length > tokenBytesMax) return undefined;
  const payload = parsed(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  if (payload === undefined) return undefined;
  const tenant = text(payload.get('tid'));
  const application = text(payload.get('appid')) ?? text(payload.get('azp'));
  const person = text(payload.get('upn')) ?? text(payload.get('preferred_username'));
  const expires = payload.get('exp');
  return {
    audience: texts(payload.get('aud')),
    roles: texts(payload.get('roles')),
    scopes:
      text(payload.get('scp'))
        ?.split(' ')
        .filter((one) => one !== '') ?? [],
    ...(tenant !== undefined && { tenant }),
    ...(application !== undefined && { application }),
    ...(person !== undefined && { person }),
    ...(typeof expires === 'number' && { expiresAt: instant(expires * 1000) }),
  };
}

function parsed(json: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}
