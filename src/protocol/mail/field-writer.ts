/**
 * The only writer of header fields: whatever the relay puts into a header goes through `formatField`, so no
 * value that came from outside can begin another line or another field (RFC 5322 2.2).
 */
import { lineBytesMax } from './content-scan.ts';

/** RFC 5322 2.1.1: lines should have no more than 78 characters. */
const foldAt = 78;
const fieldName = /^[\x21-\x39\x3b-\x7e]{1,76}$/;
// A tab is a blank; every other control is refused.
const controls = /(?!\t)[\p{Cc}\u2028\u2029]/u;

/** Thrown for a name or value that could break out of its field: a fault of the caller or of the policy. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
}

/**
 * `Name: value` with its CRLF, folded at blanks where it is long. Refuses control characters, and words so long
 * that no fold brings the line under 998 octets. Text beyond ASCII is written as UTF-8: whoever must not do that
 * encodes it first.
 */
export function formatField(name: string, value: string): string {
  if (!fieldName.test(name)) throw new FieldError(`not a header field name: ${JSON.stringify(name)}`);
  if (controls.test(value)) throw new FieldError(`control character in the value of ${name}`);
  if (!value.isWellFormed()) throw new FieldError(`broken UTF-16 in the value of ${name}`);
  const text = value.trim();
  const whole = `${name}: ${text}\r\n`;
  return whole.length <= foldAt + 2 && isAscii(text) ? whole : fold(name, text);
}

function fold(name: string, text: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of text.split(/[ \t]+/)) {
    const wider = `${line} ${word}`;
    // RFC 5322 3.2.2 forbids a line of blanks only, so the first word stays beside the name.
    if (lines.length + line.length > name.length + 1 && Buffer.byteLength(wider) > foldAt) {
      lines.push(line);
      line = `\t${word}`;
    } else {
      line = wider;
    }
    if (Buffer.byteLength(line) > lineBytesMax) throw new FieldError(`word too long in the value of ${name}`);
  }
  lines.push(line);
  return `${lines.join('\r\n')}\r\n`;
}

function isAscii(text: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(text);
}

/**
 * Text from outside made fit for a field or a reply: control and direction characters become `?`, and no more
 * than `charactersMax` characters are left.
 */
export function safeText(text: string, charactersMax: number): string {
  const bounded = text.length > charactersMax ? `${text.slice(0, charactersMax - 3)}...` : text;
  return bounded
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '?');
}
