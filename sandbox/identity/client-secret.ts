/** Client authentication by secret in the body (RFC 6749 2.3.1). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApplicationConfig } from '../tenant/config.ts';
import { listed } from '../switches.ts';
import { failure, type Identified, type IdentityContext } from './context.ts';

/** Pasting the secret ID instead of the value is the mistake most often made, and fails like any wrong one. */
export function checkSecret(
  context: IdentityContext,
  application: ApplicationConfig,
  secret: string,
): Identified {
  const found = application.secrets?.find(({ value }) => sameText(value, secret));
  if (found === undefined) return { ok: false, answer: failure(context, 7000215, application.clientId) };
  const expired =
    listed(context.switches.current.expiredSecrets, found.id) ||
    (found.expiresAt !== undefined && found.expiresAt <= context.now());
  if (expired) return { ok: false, answer: failure(context, 7000222, application.clientId) };
  return { ok: true, application };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
