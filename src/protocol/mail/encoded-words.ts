/**
 * RFC 2047 encoded words: read for display only, written where a generated field holds more than ASCII.
 *
 * Reading never comes before address parsing: an encoded word may spell `>`, `,` or `@`, and whoever decodes first
 * reads another address than the next hop. What cannot be decoded stays as it was.
 */
import { isUtf8 } from 'node:buffer';

const encodedWord =
  /=\?([A-Za-z0-9!#$&+^_`{}~-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([BbQq])\?([^?\s]{0,1000})\?=/;
// Controls, and the invisible characters that reorder or hide text.
const unsafe = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/** Octets of a field value that are looked at for display. */
const displayInputMax = 4000;

/**
 * A field value (one character an octet, unfolded) as a person should see it: decoded, without control and
 * direction characters, at most `charactersMax` characters.
 */
export function displayText(value: string, charactersMax: number): string {
  const bounded = value.length > displayInputMax ? value.slice(0, displayInputMax) : value;
  const decoded = bounded.includes('=?') ? decodeWords(bounded) : octetsToText(bounded);
  const safe = decoded.replaceAll(unsafe, ' ').trim();
  if (safe.length <= charactersMax) return safe;
  return Array.from(safe).slice(0, charactersMax).join('');
}

/** Octets as text: UTF-8 where they are that, otherwise Windows-1252, which has a character for nearly all. */
export function octetsToText(octets: string): string {
  // eslint-disable-next-line no-control-regex
  if (!/[^\u0000-\u007f]/.test(octets)) return octets;
  const bytes = Buffer.from(octets, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
}

function decodeWords(text: string): string {
  let output = '';
  let rest = text;
  let afterWord = false;
  // Words of one charset are joined before they are decoded: some writers split a character over two words.
  let charset = '';
  let pending: Buffer[] = [];
  const flush = (): void => {
    if (pending.length > 0) output += decodeCharset(Buffer.concat(pending), charset) ?? '';
    pending = [];
  };
  for (let match = encodedWord.exec(rest); match; match = encodedWord.exec(rest)) {
    const [whole, name = '', encoding = '', payload = ''] = match;
    const before = rest.slice(0, match.index);
    // RFC 2047 6.2: blanks between two encoded words are not displayed.
    const adjacent = afterWord && /^[ \t]*$/.test(before);
    if (!adjacent || name.toLowerCase() !== charset) flush();
    if (!adjacent) output += octetsToText(before);
    const known = decodeCharset(Buffer.alloc(0), name) !== undefined;
    if (known) {
      charset = name.toLowerCase();
      pending.push(
        encoding.toUpperCase() === 'B' ? Buffer.from(payload, 'base64') : decodeQuotedPrintable(payload),
      );
    } else {
      flush();
      output += whole;
    }
    afterWord = known;
    rest = rest.slice(match.index + whole.length);
  }
  flush();
  return output + octetsToText(rest);
}

function decodeQuotedPrintable(text: string): Buffer {
  const octets = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}

/** `undefined` for a charset that is not known. */
function decodeCharset(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// RFC 2047 2: an encoded word has at most 75 characters; "=?utf-8?B??=" takes 12, and base64 makes 4 of 3.
const wordOctetsMax = 45;

/** The text itself where it is printable ASCII, otherwise UTF-8 encoded words joined by blanks. */
export function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word) + Buffer.byteLength(character) > wordOctetsMax) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join(' ');
}

/** What looks like a mail address in text for display; lower case. */
export function addressesIn(text: string): string[] {
  if (!text.includes('@')) return [];
  return text
    .split(/[\s"'<>(),;:[\]]+/)
    .filter((word) => /^[^@]{1,64}@[^@]+\.[^@]+$/.test(word))
    .map((word) => word.toLowerCase());
}
