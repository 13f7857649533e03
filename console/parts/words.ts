/** Numbers and sizes in words. Pure. */

/** `1 message`, `3 messages`; `many` where the plural is not made with s. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** With thin groups: `12 345`. */
export function number(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value).replaceAll(',', '\u202f');
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.2 MiB`, from octets. */
export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const amount = value / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(amount < 10 ? 1 : 0)} ${units[power]}`;
}

/** Begins with a capital, as a line of its own does. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The null sender has no address; a table still needs a word for it. */
export const senderOf = (address: string): string => (address === '' ? '<> (no sender)' : address);

/** `TLS 1.2`, from OpenSSL's `TLSv1.2`. */
export const tlsVersion = (version: string): string =>
  version === 'TLSv1' ? 'TLS 1.0' : version.replace(/^TLSv/, 'TLS ');

/**
 * Words of the relay as a sentence. A name at their head stays as it is written: `contoso.com has no record` is about
 * contoso.com.
 */
export function asSentence(text: string): string {
  const end = /[.!?:"”]$/.test(text) ? '' : '.';
  return `${begun(text)}${end}`;
}

/** The same without a point at its end, for the cells of a table. What stands before a colon is a name too. */
export function begun(text: string): string {
  const [first = ''] = text.split(' ');
  return /^[a-z]+[,;]?$/.test(first) ? sentence(text) : text;
}
