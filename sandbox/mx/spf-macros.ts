/** Macros in the domains of SPF records (RFC 7208 7). Pure. */
import { isIPv6 } from 'node:net';

export interface MacroFacts {
  /** Local part and domain of MAIL FROM. */
  readonly sender: string;
  /** That is being checked at the moment. */
  readonly domain: string;
  readonly address: string;
  readonly helo: string;
}

// RFC 7208 7.1: letters c, r and t are for explanations only.
const macro = /%(?:\{([slodiphv])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))/gi;
/** RFC 7208 7.3: a longer name loses labels from its left. */
const nameMax = 253;

export function isMacroString(text: string): boolean {
  const literal = text.replaceAll(macro, (whole: string, _letter: unknown, digits: string | undefined) =>
    digits !== undefined && /^0+$/.test(digits) ? '%' : 'x',
  );
  return /^[\x21-\x24\x26-\x7e]*$/.test(literal);
}

/** RFC 7208 7.1: a macro string that ends in a macro or in a top label, which is not all digits. */
export function isDomainSpec(text: string): boolean {
  if (!isMacroString(text)) return false;
  if (/%(?:\{[^}]*\}|[%_-])$/.test(text)) return true;
  const label = /\.([a-z0-9-]+)\.?$/i.exec(text)?.[1] ?? '';
  return /^(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])$/i.test(label);
}

export function expand(text: string, facts: MacroFacts): string {
  const name = text.replaceAll(
    macro,
    (_, letter?: string, digits = '', reversed = '', delimiters = '', sign?: string) => {
      if (letter === undefined) return sign === '%' ? '%' : sign === '_' ? ' ' : '%20';
      const value = transformed(valueOf(letter.toLowerCase(), facts), digits, reversed !== '', delimiters);
      return letter === letter.toUpperCase() ? encodeURIComponent(value) : value;
    },
  );
  return shortened(name);
}

function valueOf(letter: string, { sender, domain, address, helo }: MacroFacts): string {
  const at = sender.lastIndexOf('@');
  switch (letter) {
    case 's':
      return sender;
    case 'l':
      return sender.slice(0, at);
    case 'o':
      return sender.slice(at + 1);
    case 'd':
      return domain;
    case 'i':
      return isIPv6(address) ? hexOf(address).replaceAll(/(?<=.)(?=.)/g, '.') : address;
    case 'v':
      return isIPv6(address) ? 'ip6' : 'in-addr';
    case 'h':
      return helo;
    default:
      // `p`: the stand-in makes no reverse look-ups for it (RFC 7208 7.3 says what then stands there).
      return 'unknown';
  }
}

/** RFC 7208 7.3: split at the delimiters, turned round, so many parts from the right, joined by dots. */
function transformed(value: string, digits: string, isReversed: boolean, delimiters: string): string {
  const given = delimiters === '' ? '.' : delimiters;
  const parts: string[] = [''];
  for (const letter of value) {
    if (given.includes(letter)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${letter}`);
  }
  if (isReversed) parts.reverse();
  return parts.slice(digits === '' ? 0 : -Number(digits)).join('.');
}

function shortened(name: string): string {
  let rest = name;
  while (rest.length > nameMax && rest.includes('.')) rest = rest.slice(rest.indexOf('.') + 1);
  return rest;
}

/** The 32 hexadecimal digits of an IPv6 address. */
function hexOf(address: string): string {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain = dotted ? `${dotted[1]}${word(dotted[2], dotted[3])}:${word(dotted[4], dotted[5])}` : address;
  const [left = '', right] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(left), groups(right ?? '')];
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<string>(zeros).fill('0'), ...tail]
    .map((group) => group.padStart(4, '0'))
    .join('');
}

function word(high = '0', low = '0'): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
