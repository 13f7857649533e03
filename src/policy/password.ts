/**
 * Password hashes in the PHC string format: `$scrypt$ln=15,r=8,p=1$salt$hash`, base64 without padding.
 *
 * scrypt runs in libuv's thread pool and never on the event loop. With the parameters we write it takes 32 MiB and
 * some 60 to 100 ms; parameters that are read are bounded, because a hash in a policy could ask for any memory.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { ParseResult } from '../protocol/address.ts';

export interface PasswordCost {
  /** Binary logarithm of scrypt's cost N. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

export interface PasswordHash extends PasswordCost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Octets of a password that are looked at; a longer one is refused as wrong. */
export const passwordBytesMax = 1024;

// OWASP's password storage advice has N=2^15, r=8, p=3 or N=2^17, r=8, p=1; we take less memory a login, because
// devices log in for every message and guesses are locked out.
const ours: PasswordCost = { logN: 15, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;
const memoryBytesMax = 256 * 2 ** 20;

/** Throws a RangeError for a password that `verifyPassword` would never take. */
export async function hashPassword(password: string, cost = ours): Promise<string> {
  if (password === '' || !isFit(password)) {
    throw new RangeError(`a password has 1 to ${passwordBytesMax} octets and no NUL`);
  }
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, { ...cost, salt }, hashBytes);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** False also for a password that no hash is made of; the same time is spent on it. */
export async function verifyPassword(password: string, stored: PasswordHash): Promise<boolean> {
  const fit = isFit(password);
  const derived = await derive(fit ? password : '', stored, stored.hash.length);
  return timingSafeEqual(derived, stored.hash) && fit;
}

/**
 * RFC 4616 2 has no NUL in a password, and HMAC, which scrypt begins with, pads its key with zeros: to it a password
 * with NULs at the end is the same as without them.
 */
function isFit(password: string): boolean {
  return Buffer.byteLength(password) <= passwordBytesMax && !password.includes('\0');
}

/** The reason never shows the text, which may be the password itself. */
export function parsePasswordHash(text: string): ParseResult<PasswordHash> {
  const match =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/.exec(
      text,
    );
  if (!match) return { ok: false, reason: 'this is not a password hash' };
  const [logN = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  if (logN < 10 || r < 1 || p < 1 || p > 16 || 128 * 2 ** logN * r > memoryBytesMax) {
    return { ok: false, reason: 'the password hash asks for too little or too much work (ln, r, p)' };
  }
  const salt = Buffer.from(match[4] ?? '', 'base64');
  const hash = Buffer.from(match[5] ?? '', 'base64');
  return { ok: true, value: { logN, r, p, salt, hash } };
}

/** A hash that no password has, as costly as the others: what is compared for a user who does not exist. */
export function dummyHash(cost = ours): PasswordHash {
  return { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) };
}

function derive(password: string, cost: Omit<PasswordHash, 'hash'>, length: number): Promise<Buffer> {
  const N = 2 ** cost.logN;
  // node refuses what needs more than maxmem; scrypt takes 128·N·r and a little.
  const maxmem = 128 * N * cost.r + 128 * cost.r * cost.p + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(password, cost.salt, length, { N, r: cost.r, p: cost.p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
