/** Macros of SPF (RFC 7208 7). Pure: what a macro stands for is given, `p` included. */

/** A macro-string, parsed: text and macros in turn. */
export type MacroString = readonly (string | Macro)[];

export interface Macro {
  /** Lower case. */
  readonly letter: string;
  /** How many labels from the right are kept; absent: all. */
  readonly labels?: number;
  readonly reversed: boolean;
  readonly delimiters: string;
  /** RFC 7208 7.3: an upper-case letter asks for URL escaping. */
  readonly escaped: boolean;
}

/** What is wrong with a macro-string. */
export class MacroError extends Error {
  override readonly name = 'MacroError';
}

const macroPattern = /%(?:\{([A-Za-z])(\d*)([rR]?)([.\-+,/_=]*)\}|([%_-]))|([\x21-\x24\x26-\x7e]+)/y;
const macroPatternWithSpaces =
  /%(?:\{([A-Za-z])(\d*)([rR]?)([.\-+,/_=]*)\}|([%_-]))|([\x20-\x24\x26-\x7e]+)/y;
const literals = new Map([
  ['%', '%'],
  ['_', ' '],
  ['-', '%20'],
]);
// RFC 7208 12, toplabel: a letter somewhere, or a dash inside; and a dot at the end may stand.
const domainEnd = /\.(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])\.?$/;

/**
 * `domain`: must end as a domain-spec does; `any`: the value of an unknown modifier; `text`: an explanation, where spaces
 * and the letters c, r and t are allowed as well. Throws MacroError.
 */
export function parseMacroString(text: string, use: 'domain' | 'any' | 'text'): MacroString {
  const pattern = use === 'text' ? macroPatternWithSpaces : macroPattern;
  const parts: (string | Macro)[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) throw new MacroError('a macro is malformed, or a character may not stand here');
    const [, letter, digits = '', reverse = '', delimiters = '', literal, plain] = found;
    if (plain !== undefined) parts.push(plain);
    else if (literal !== undefined) parts.push(literals.get(literal) as string);
    else parts.push(macro(letter as string, digits, reverse, delimiters, use));
  }
  if (use === 'domain') checkDomainEnd(parts);
  return parts;
}

function macro(
  letter: string,
  digits: string,
  reverse: string,
  delimiters: string,
  use: 'domain' | 'any' | 'text',
): Macro {
  const lower = letter.toLowerCase();
  if (!(use === 'text' ? 'slodiphcrtv' : 'slodiphv').includes(lower)) {
    throw new MacroError(`there is no macro ${letter} here`);
  }
  if (digits !== '' && Number(digits) === 0) throw new MacroError('a macro cannot keep 0 labels');
  return {
    letter: lower,
    ...(digits === '' ? {} : { labels: Number(digits) }),
    reversed: reverse !== '',
    delimiters: delimiters === '' ? '.' : delimiters,
    escaped: letter !== lower,
  };
}

function checkDomainEnd(parts: MacroString): void {
  const last = parts.at(-1);
  if (last === undefined) throw new MacroError('a domain is missing');
  if (typeof last !== 'string') return;
  // Adjacent text counts as one: `%{d}` `.` `com`, and `%%` is text as well.
  let tail = '';
  for (const part of parts.toReversed()) {
    if (typeof part !== 'string') break;
    tail = part + tail;
  }
  if (!domainEnd.test(tail)) {
    throw new MacroError('a domain ends in a name such as .com, or in a macro');
  }
}

/** Values of the macros; `undefined` for `p` means that it was not asked for. */
export type MacroValues = ReadonlyMap<string, string>;

export function usesMacro(parts: MacroString, letter: string): boolean {
  return parts.some((part) => typeof part !== 'string' && part.letter === letter);
}

export function expand(parts: MacroString, values: MacroValues): string {
  return parts.map((part) => (typeof part === 'string' ? part : expandOne(part, values))).join('');
}

function expandOne(part: Macro, values: MacroValues): string {
  const value = values.get(part.letter) ?? 'unknown';
  const splitter = new RegExp(`[${part.delimiters.replaceAll(/[\\\]^-]/g, String.raw`\$&`)}]`);
  let labels = value.split(splitter);
  if (part.reversed) labels = labels.toReversed();
  if (part.labels !== undefined) labels = labels.slice(-part.labels);
  const joined = labels.join('.');
  return part.escaped ? encodeURIComponent(joined).replaceAll(/[!'()*]/g, percent) : joined;
}

/** RFC 7208 7.3: everything that RFC 3986 does not call unreserved. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
