import { randomInt } from 'node:crypto';

/**
 * Letters and digits that people tell apart on the small display of a device, and that its keyboard has: neither 0 and O
 * nor 1, l and I, and no signs, which some devices cannot type or send.
 */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** Five groups of four of 56 characters: some 116 bits. */
const groups = 5;
const groupLength = 4;

/** A password from the system's own source of randomness. */
export function newPassword(): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
