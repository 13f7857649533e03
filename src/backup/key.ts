/** Keys of backups: 32 octets given as they are, or derived from a passphrase by scrypt (RFC 7914). */
import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto';
import { BackupFault } from './fault.ts';

export type BackupSecret =
  | { readonly kind: 'key'; readonly bytes: Buffer }
  | { readonly kind: 'passphrase'; readonly text: string };

/** How the key comes from the secret; part of the header. */
export type Derivation =
  | { readonly name: 'raw' }
  | { readonly name: 'scrypt'; readonly N: number; readonly r: number; readonly p: number };

export const keyBytes = 32;
const passphraseMin = 12;
/** 128 MiB and some 0.4 s: OWASP's floor for scrypt (Password Storage Cheat Sheet). */
export const scryptCost = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 } as const;

/** Throws BackupFault where it is no key. */
export function keySecret(text: string): BackupSecret {
  const written = text.trim();
  const bytes = Buffer.from(written, 'base64');
  if (!/^[A-Za-z0-9+/]{43}=?$/.test(written) || bytes.length !== keyBytes) {
    throw new BackupFault(
      'the key of backups is not 32 octets in base64: "openssl rand -base64 32" makes one',
    );
  }
  return { kind: 'key', bytes };
}

/** Throws BackupFault where it is too short to withstand guessing. */
export function passphraseSecret(text: string): BackupSecret {
  if (Array.from(text).length < passphraseMin) {
    throw new BackupFault(`the passphrase of backups has fewer than ${passphraseMin} characters`);
  }
  return { kind: 'passphrase', text: text.normalize('NFC') };
}

export interface FileKeys {
  /** Encrypts the parts. */
  readonly parts: Buffer;
  /** Authenticates the header. */
  readonly header: Buffer;
}

/** Of one file: the salt is its own, so no two files share a key. */
export async function fileKeys(
  secret: BackupSecret,
  derivation: Derivation,
  salt: Buffer,
): Promise<FileKeys> {
  const master = await masterKey(secret, derivation, salt);
  const of = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, salt, `relay365 backup ${purpose}`, keyBytes));
  return { parts: of('parts'), header: of('header') };
}

async function masterKey(secret: BackupSecret, derivation: Derivation, salt: Buffer): Promise<Buffer> {
  if (derivation.name === 'raw') {
    if (secret.kind === 'key') return secret.bytes;
    throw new BackupFault('this backup was made with a key and not with a passphrase: name the key');
  }
  if (secret.kind === 'key') {
    throw new BackupFault('this backup was made with a passphrase and not with a key: give the passphrase');
  }
  const { N, r, p } = derivation;
  return new Promise((resolve, reject) => {
    scrypt(secret.text, salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}

export function headerCode(keys: FileKeys, header: string): string {
  return createHmac('sha256', keys.header).update(header).digest('base64');
}

export function isHeaderCode(keys: FileKeys, header: string, code: string): boolean {
  const [right, given] = [Buffer.from(headerCode(keys, header)), Buffer.from(code)];
  return right.length === given.length && timingSafeEqual(right, given);
}
