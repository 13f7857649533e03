/** Secrets that the relay makes: only their hash is kept. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url: nothing that could be guessed, so a plain hash is enough to keep it by. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** 80 random bits, for what is named and not secret. */
export function newAccessId(): string {
  return randomBytes(10).toString('hex');
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
