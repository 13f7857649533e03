/** Codes of authenticator apps (RFC 6238): six digits, 30 seconds, SHA-1, which is what every app can do. */
import { Secret, TOTP } from 'otpauth';
import type { Vault } from '../config/vault.ts';
import type { Instant } from '../platform/clock.ts';
import type { Account, Totp } from './account.ts';

const periodSeconds = 30;
/** RFC 6238 5.2: one step of clock drift either way. */
const driftSteps = 1;
/** RFC 4226 4: 160 bits are recommended. */
const secretBytes = 20;

export function newTotp(
  vault: Vault,
  account: string,
  hostname: string,
): { readonly kept: Totp; readonly secret: string; readonly uri: string } {
  const secret = new Secret({ size: secretBytes });
  return {
    kept: { sealed: vault.seal(secret.base32), confirmed: false, lastStep: 0 },
    secret: secret.base32,
    uri: generator(secret.base32, account, `relay365 ${hostname}`).toString(),
  };
}

/** The account after a right code; `undefined`: wrong, or used before. Throws VaultError when the secret cannot be read. */
export function takeCode(vault: Vault, account: Account, code: string, now: Instant): Account | undefined {
  const { totp } = account;
  if (!totp) return undefined;
  const delta = generator(vault.open(totp.sealed), account.name, 'relay365').validate({
    token: code,
    timestamp: now,
    window: driftSteps,
  });
  if (delta === null) return undefined;
  const step = Math.floor(now / 1000 / periodSeconds) + delta;
  // RFC 6238 5.2: a code that was accepted must not be accepted again.
  if (step <= totp.lastStep) return undefined;
  return { ...account, totp: { ...totp, confirmed: true, lastStep: step } };
}

function generator(base32: string, label: string, issuer: string): TOTP {
  return new TOTP({
    issuer,
    label,
    secret: Secret.fromBase32(base32),
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
  });
}
