/**
 * Mail addresses of the envelope: RFC 5321 4.1.2, with UTF-8 by RFC 6531 3.3.
 *
 * This is the one address parser of the product. Policy, routing, the queue and the wire all use
 * its result, so no two of them can read one text as two addresses. Everything it is given is
 * untrusted; it is linear in the length of its input, and a value that it returned cannot hold a
 * control character, so it cannot smuggle a second command onto a line.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import { isIP } from 'node:net';

/** RFC 5321 4.5.3.1.1: octets of a local-part. */
export const localPartBytesMax = 64;
/** RFC 5321 4.5.3.1.2: octets of a domain. */
export const domainBytesMax = 255;
/** RFC 5321 4.5.3.1.3: octets of a path, the angle brackets counted. */
export const pathBytesMax = 256;

/** A mailbox as it stands on the wire, already validated. */
export interface Mailbox {
  /** As given: quoted where it was quoted; case kept, because only the final host may fold it. */
  readonly localPart: string;
  /** As given, without a final dot; an address literal keeps its brackets. */
  readonly domain: string;
  /** `localPart@domain`, what is written on the wire. */
  readonly text: string;
  /** What is compared: unquoted where quoting is not needed, lower case, domain as A-labels. */
  readonly key: string;
  /** Domain part of `key`. */
  readonly domainKey: string;
  /** Holds characters beyond ASCII, so it may go only to a next hop that offers SMTPUTF8. */
  readonly needsSmtpUtf8: boolean;
  readonly __brand: 'Mailbox';
}

/** `null` is the null reverse-path `<>` of RFC 5321 4.5.5. */
export type ReversePath = Mailbox | null;

export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

const atext = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+$/u;
// RFC 5321 4.1.2 qtextSMTP and quoted-pairSMTP, with UTF8-non-ascii added by RFC 6531 3.3.
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"$/u;
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
// C0, DEL and C1 controls, blanks beyond ASCII, and the invisible characters that reorder or hide text. The zero-width
// joiners stay: several scripts cannot be written without them.
const forbidden =
  // Single code points, combining ones among them.
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u1680\u180b-\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff0-\uffff\u{e0000}-\u{e0fff}]/u;
/** No valid address is longer, in UTF-16 units; what is longer is not looked at, which keeps the parser linear. */
const addressCharactersMax = pathBytesMax + 2;

/** Reads `local-part@domain`; the whole text must be one mailbox. */
export function parseMailbox(text: string): ParseResult<Mailbox> {
  if (text.length > addressCharactersMax) return { ok: false, reason: 'address longer than 254 octets' };
  // A lone surrogate would become another character when it is written as UTF-8.
  if (forbidden.test(text) || !text.isWellFormed()) {
    return { ok: false, reason: 'control or invisible character in the address' };
  }
  const at = text.lastIndexOf('@');
  if (at < 0) return { ok: false, reason: 'no @ in the address' };
  const localPart = text.slice(0, at);
  const localFault = localPartFault(localPart);
  if (localFault) return { ok: false, reason: localFault };
  const domain = parseDomain(text.slice(at + 1));
  if (!domain.ok) return domain;
  const whole = `${localPart}@${domain.value.text}`;
  if (Buffer.byteLength(whole) > pathBytesMax - 2)
    return { ok: false, reason: 'address longer than 254 octets' };
  return {
    ok: true,
    value: {
      localPart,
      domain: domain.value.text,
      text: whole,
      key: `${localPartKey(localPart)}@${domain.value.key}`,
      domainKey: domain.value.key,
      // eslint-disable-next-line no-control-regex
      needsSmtpUtf8: /[^\u0000-\u007f]/.test(whole),
      __brand: 'Mailbox',
    },
  };
}

/** For addresses that the program itself wrote (store, configuration already checked). */
export function mailbox(text: string): Mailbox {
  const parsed = parseMailbox(text);
  if (!parsed.ok) throw new TypeError(`not a mailbox: ${JSON.stringify(text)}: ${parsed.reason}`);
  return parsed.value;
}

/** Reads a domain name or an address literal; `key` is its lower-case A-label form. */
export function parseDomain(given: string): ParseResult<{ readonly text: string; readonly key: string }> {
  if (given.startsWith('[')) return parseAddressLiteral(given);
  // RFC 5321 2.3.5 has no final dot in a mail domain; old devices write it, and it names the same host.
  const text = given.endsWith('.') ? given.slice(0, -1) : given;
  if (text === '') return { ok: false, reason: 'empty domain' };
  if (text.length > domainBytesMax || Buffer.byteLength(text) > domainBytesMax) {
    return { ok: false, reason: 'domain longer than 255 octets' };
  }
  // eslint-disable-next-line no-control-regex
  const key = /[^\u0000-\u007f]/.test(text) ? aLabels(text) : text.toLowerCase();
  if (key === undefined || key.length > domainBytesMax) return { ok: false, reason: 'malformed domain' };
  if (!key.split('.').every((part) => label.test(part))) return { ok: false, reason: 'malformed domain' };
  return { ok: true, value: { text, key } };
}

/**
 * A domain with U-labels as A-labels. Node's conversion follows the URL standard, which also decodes `%2e`, maps
 * full-width letters and other dots, and so reads one domain where the next hop reads another. Only what comes back
 * unchanged is a domain in the sense of RFC 6531 3.3 and RFC 5890 2.3.2.1.
 */
function aLabels(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u002c/:-@[-^`{-\u007f]/.test(text)) return undefined;
  const key = domainToASCII(text);
  return key !== '' && domainToUnicode(key) === text.toLowerCase() ? key : undefined;
}

/** RFC 5321 4.1.3, IPv4 and IPv6 only: no other tag is registered. */
function parseAddressLiteral(text: string): ParseResult<{ readonly text: string; readonly key: string }> {
  const inner = text.endsWith(']') ? text.slice(1, -1) : '';
  const isV6 = /^ipv6:/i.test(inner);
  const valid = isV6 ? isIP(inner.slice(5)) === 6 && !inner.includes('%') : isIP(inner) === 4;
  return valid
    ? { ok: true, value: { text, key: text.toLowerCase() } }
    : { ok: false, reason: 'malformed address literal' };
}

function localPartFault(localPart: string): string | undefined {
  if (localPart === '') return 'empty local part';
  if (Buffer.byteLength(localPart) > localPartBytesMax) return 'local part longer than 64 octets';
  if (localPart.startsWith('"')) {
    return quotedString.test(localPart) ? undefined : 'malformed quoted local part';
  }
  // A leading, trailing or double dot is outside RFC 5321 dot-string but is written by devices
  // (iLO ends in a dot) and harmless: it can neither end the path nor begin another word.
  return localPart.split('.').every((atom) => atom === '' || atext.test(atom)) && /[^.]/.test(localPart)
    ? undefined
    : 'malformed local part';
}

function localPartKey(localPart: string): string {
  if (!localPart.startsWith('"')) return folded(localPart);
  const bare = localPart.slice(1, -1).replaceAll(/\\(.)/gu, '$1');
  // RFC 5321 4.1.2: "quoted" and unquoted forms name the same mailbox where quoting is not needed.
  const needsQuotes = bare === '' || !bare.split('.').every((atom) => atext.test(atom));
  return folded(needsQuotes ? `"${bare.replaceAll(/["\\]/g, '\\$&')}"` : bare);
}

// RFC 6532 3.1: the same letter may be written composed or not; whoever compares means the letter.
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
