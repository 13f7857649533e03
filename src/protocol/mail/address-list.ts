/**
 * Address lists of header fields (From, Sender, Reply-To): RFC 5322 3.4 with groups, comments, quoted strings and
 * the obsolete forms of 4.4 (routes, blanks around dots, empty list elements).
 *
 * Policy judges what this returns, so it never guesses: what could be read in two ways is malformed, and a display
 * name that itself looks like an address (`a@x <b@y>`) is given to the judge as well (`claimed`). Encoded words are
 * not decoded here. Iterative, linear in the input, comments nested at most `commentDepthMax` deep.
 */
import { isUtf8 } from 'node:buffer';
import type { Mailbox, ParseResult } from '../address.ts';
import { parseMailbox } from '../address.ts';

/** Nested comments beyond any honest use. */
export const commentDepthMax = 32;
/** Addresses in one field; more is malformed. */
export const addressesMax = 1000;
/** Words and signs of one field: enough for `addressesMax` long entries, and a bound on the work. */
const tokensMax = 20_000;

export interface HeaderAddress {
  readonly mailbox: Mailbox;
  /** The phrase before the angle brackets as it came, one character an octet, encoded words not decoded. */
  readonly displayName: string;
}

export interface AddressList {
  readonly addresses: readonly HeaderAddress[];
  /** Unquoted display names that are addresses themselves: some readers take them for the address. */
  readonly claimed: readonly Mailbox[];
}

type Kind = 'atom' | 'quoted' | 'literal' | '.' | '@' | '<' | '>' | ',' | ';' | ':';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads an unfolded value, one character an octet. An empty list (`undisclosed:;`) is no fault here. */
export function parseAddressList(value: string): ParseResult<AddressList> {
  const tokens = tokenise(value);
  if (!tokens.ok) return tokens;
  return new ListReader(value, tokens.value).read();
}

class ListReader {
  readonly #value: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #addresses: HeaderAddress[] = [];
  readonly #claimed: Mailbox[] = [];

  constructor(value: string, tokens: readonly Token[]) {
    this.#value = value;
    this.#tokens = tokens;
  }

  read(): ParseResult<AddressList> {
    let inGroup = false;
    for (let next = this.#peek(); next; next = this.#peek()) {
      if (next.kind === ',') {
        this.#at++;
      } else if (next.kind === ';') {
        if (!inGroup) return fault('";" outside a group');
        inGroup = false;
        this.#at++;
        const after = this.#peek();
        if (after && after.kind !== ',') return fault('text after a group');
      } else {
        const words = this.#words();
        if (this.#peek()?.kind === ':') {
          if (inGroup || !isPhrase(words)) return fault('malformed or nested group');
          inGroup = true;
          this.#at++;
        } else {
          const reason = this.#address(words);
          if (reason) return fault(reason);
        }
      }
      if (this.#addresses.length > addressesMax) return fault('too many addresses');
    }
    if (inGroup) return fault('group without its ";"');
    return { ok: true, value: { addresses: this.#addresses, claimed: this.#claimed } };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** What stands before one of `< > , ; :`. */
  #words(): readonly Token[] {
    const start = this.#at;
    for (let next = this.#peek(); next && !'<>,;:'.includes(next.kind); next = this.#peek()) this.#at++;
    return this.#tokens.slice(start, this.#at);
  }

  /** Reads one mailbox, its first words already taken; returns what is wrong, if anything. */
  #address(words: readonly Token[]): string | undefined {
    if (this.#peek()?.kind !== '<') {
      const bare = addrSpec(words);
      if (!bare.ok) return bare.reason;
      this.#addresses.push({ mailbox: bare.value, displayName: '' });
      return this.#endOfAddress();
    }
    this.#at++;
    const reason = this.#route();
    if (reason) return reason;
    const inner = addrSpec(this.#words());
    if (!inner.ok) return inner.reason;
    if (this.#peek()?.kind !== '>') return 'address without its ">"';
    this.#at++;
    const nameFault = this.#displayName(words, inner.value);
    return nameFault ?? this.#endOfAddress();
  }

  /** RFC 5322 4.4 obs-route `@a,@b:`, which no reader uses. */
  #route(): string | undefined {
    if (this.#peek()?.kind !== '@') return undefined;
    while (this.#peek()?.kind === '@' || this.#peek()?.kind === ',') {
      const words = this.#words();
      if (words.length > 0 && !isRouteDomain(words)) return 'malformed route';
      if (this.#peek()?.kind === ',') this.#at++;
    }
    if (this.#peek()?.kind !== ':') return 'malformed route';
    this.#at++;
    return undefined;
  }

  #displayName(words: readonly Token[], mailbox: Mailbox): string | undefined {
    if (words.some(({ kind }) => kind === '@')) {
      const claimed = addrSpec(words);
      if (!claimed.ok) return 'unquoted "@" in a display name';
      this.#claimed.push(claimed.value);
    } else if (words.some(({ kind }) => kind === 'literal')) {
      return 'square brackets in a display name';
    }
    const [first, last] = [words[0], words.at(-1)];
    const displayName = first && last ? this.#value.slice(first.start, last.end) : '';
    this.#addresses.push({ mailbox, displayName });
    return undefined;
  }

  #endOfAddress(): string | undefined {
    const next = this.#peek();
    return !next || next.kind === ',' || next.kind === ';' ? undefined : 'text after an address';
  }
}

function isPhrase(words: readonly Token[]): boolean {
  return words.length > 0 && words.every(({ kind }) => kind === 'atom' || kind === 'quoted' || kind === '.');
}

function isRouteDomain(words: readonly Token[]): boolean {
  return words[0]?.kind === '@' && words.slice(1).every(({ kind }) => kind !== '@' && kind !== 'quoted');
}

/** RFC 5322 3.4.1, comments and blanks left out (4.4), checked by the product's one address parser. */
function addrSpec(words: readonly Token[]): ParseResult<Mailbox> {
  const at = words.findIndex(({ kind }) => kind === '@');
  if (at < 0) return fault('no @ in the address');
  const domain = words.slice(at + 1);
  if (domain.some(({ kind }) => kind === '@')) return fault('two @ in one address');
  if (domain.some(({ kind }) => kind === 'quoted')) return fault('quoted string in a domain');
  if (!isDotted(words.slice(0, at)) || !isDotted(domain)) return fault('blank inside an address');
  const local = localPart(words.slice(0, at));
  // RFC 2047 5 (3): no encoded word in an address; a reader that decodes it sees another address than we do.
  if (local.includes('=?')) return fault('encoded word in an address');
  const octets = Buffer.from(`${local}@${domain.map(({ text }) => text).join('')}`, 'latin1');
  if (!isUtf8(octets)) return fault('address is not UTF-8');
  return parseMailbox(octets.toString('utf8'));
}

/** No two words beside each other without a dot. */
function isDotted(words: readonly Token[]): boolean {
  return words.every(({ kind }, index) => index === 0 || kind === '.' || words[index - 1]?.kind === '.');
}

/** RFC 5322 4.4 obs-local-part may mix quoted strings and atoms; RFC 5321 has only one or the other. */
function localPart(words: readonly Token[]): string {
  const text = words.map((word) => word.text).join('');
  if (words.length === 1 || words.every(({ kind }) => kind !== 'quoted')) return text;
  const bare = words.map((word) => (word.kind === 'quoted' ? unquote(word.text) : word.text)).join('');
  return `"${bare.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** The content of a quoted string. */
export function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

// One character an octet: 0x80 to 0x9f are parts of UTF-8 characters here, not controls.
// eslint-disable-next-line no-control-regex
const atom = /[^\u0000-\u0020()<>@,;:\\".[\]\u007f]+/y;
// eslint-disable-next-line no-control-regex
const literal = /\[[^[\]\\\u0000-\u0020\u007f]*\]/y;

function tokenise(value: string): ParseResult<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  while (at < value.length) {
    const character = value.charAt(at);
    if (character === ' ' || character === '\t') {
      at++;
    } else if (character === '(') {
      const end = commentEnd(value, at);
      if (end < 0) return fault('unclosed or too deeply nested comment');
      at = end;
    } else {
      const token = readToken(value, at, character);
      if (!token) return fault(`malformed at octet ${at + 1}`);
      if (tokens.length === tokensMax) return fault('too many words');
      tokens.push(token);
      at = token.end;
    }
  }
  return { ok: true, value: tokens };
}

function readToken(value: string, start: number, character: string): Token | undefined {
  if ('.@<>,;:'.includes(character)) {
    return { kind: character as Kind, text: character, start, end: start + 1 };
  }
  if (character === '"') {
    const end = quotedEnd(value, start);
    return end < 0 ? undefined : { kind: 'quoted', text: value.slice(start, end), start, end };
  }
  const [kind, pattern]: [Kind, RegExp] = character === '[' ? ['literal', literal] : ['atom', atom];
  pattern.lastIndex = start;
  const text = pattern.exec(value)?.[0];
  return text === undefined ? undefined : { kind, text, start, end: start + text.length };
}

/** Position after the quoted string that starts here; -1 when it never ends or holds a control character. */
function quotedEnd(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at++) {
    let code = value.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) code = value.charCodeAt(++at);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return -1;
  }
  return -1;
}

/** Position after the comment that starts here; -1 when it never ends or nests too deep. */
function commentEnd(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === '\\') at++;
    else if (character === '(' && ++depth > commentDepthMax) return -1;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

function fault(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
