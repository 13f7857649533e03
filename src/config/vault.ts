/**
 * Encryption of secrets that the relay keeps: AES-256-GCM (NIST SP 800-38D) under a key that lies apart from them.
 *
 * Text form, of characters that a plain YAML scalar may have: `$relay365$1$KEYID$NONCE$SEALED`. NONCE and SEALED
 * (ciphertext, then the tag of 16 octets) are base64url; everything before NONCE is authenticated with the value.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** Every sealed value begins with it. */
export const sealedPrefix = '$relay365$1$';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const sealedForm = /^\$relay365\$1\$([0-9a-f]{16})\$([A-Za-z0-9_-]{16})\$([A-Za-z0-9_-]{22,})$/;

/** A key of 256 bits; `id` tells keys apart and gives nothing of the key away. */
export interface VaultKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** A sealed value that cannot be opened, or a key that is none. The message never holds a value or a key. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

export interface Vault {
  /** Id of the key that seals. */
  readonly keyId: string;
  /** A new text at every call, for the same value as well. */
  seal(value: string): string;
  /** The value of a sealed text, by whichever key sealed it. Throws VaultError. */
  open(sealed: string): string;
  /** A message authentication code (HMAC-SHA-256) of the text; codes of one purpose say nothing for another. */
  authenticate(purpose: string, text: string): string;
  /** `unknown-key`: the key that made the code is not among those given. */
  check(purpose: string, text: string, code: string): 'right' | 'wrong' | 'unknown-key';
}

/** `first` seals; `older` keys only open what was sealed before a rotation. */
export function createVault(first: VaultKey, older: readonly VaultKey[] = []): Vault {
  const keys = new Map([...older, first].map((key) => [key.id, key]));
  return {
    keyId: first.id,
    seal: (value) => seal(first, value),
    open(sealed) {
      const id = sealedKeyId(sealed);
      if (id === undefined) throw new VaultError('this is no encrypted value of this version');
      const key = keys.get(id);
      if (!key)
        throw new VaultError(`a value is encrypted with the key ${id}, which is not among those given`);
      return open(key, sealed);
    },
    authenticate: (purpose, text) => `${first.id}$${codeOf(first, purpose, text).toString('base64url')}`,
    check(purpose, text, code) {
      const [id = '', given = ''] = code.split('$');
      const key = keys.get(id);
      if (!key) return 'unknown-key';
      const [own, theirs] = [codeOf(key, purpose, text), Buffer.from(given, 'base64url')];
      return own.length === theirs.length && timingSafeEqual(own, theirs) ? 'right' : 'wrong';
    },
  };
}

/** Id of the key that a text is sealed with; `undefined`: the text is not a sealed value. */
export function sealedKeyId(text: string): string | undefined {
  return sealedForm.exec(text)?.[1];
}

/** Base64, base64url or hexadecimal digits of 32 octets, as `openssl rand -base64 32` prints them. Throws VaultError. */
export function parseKey(text: string): VaultKey {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text)
    ? Buffer.from(text, 'hex')
    : Buffer.from(/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? text : '', 'base64');
  if (bytes.length !== keyBytes) {
    throw new VaultError('a key must be 32 octets in base64, as "openssl rand -base64 32" prints them');
  }
  return { id: keyIdOf(bytes), bytes };
}

/** Base64, one line. */
export function newKeyText(): string {
  return randomBytes(keyBytes).toString('base64');
}

/** A key of its own for each purpose (HKDF, RFC 5869), so that the key of the encryption authenticates nothing. */
function codeOf(key: VaultKey, purpose: string, text: string): Buffer {
  const derived = hkdfSync('sha256', key.bytes, '', `relay365 authenticate ${purpose}`, keyBytes);
  return createHmac('sha256', Buffer.from(derived)).update(text).digest();
}

function keyIdOf(bytes: Buffer): string {
  return createHash('sha256').update('relay365 key id\0').update(bytes).digest('hex').slice(0, 16);
}

function seal(key: VaultKey, value: string): string {
  // Random nonces of 96 bits are safe for 2^32 values of one key (SP 800-38D, 8.3); a policy has a few.
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(`${sealedPrefix}${key.id}`));
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${sealedPrefix}${key.id}$${nonce.toString('base64url')}$${sealed.toString('base64url')}`;
}

function open(key: VaultKey, text: string): string {
  const [, , nonce = '', body = ''] = sealedForm.exec(text) ?? [];
  const sealed = Buffer.from(body, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(`${sealedPrefix}${key.id}`));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new VaultError(`a value encrypted with the key ${key.id} was changed or damaged`, { cause });
  }
}
