/**
 * What somebody typed or pasted into a search box, and which fields fit it. Pure, and the same for every engine.
 *
 * A text is looked at as lines, one for each field, with a line feed before and after each. A term fits a part of a
 * line; with `*` or `?` it fits a whole line. Input is untrusted: the time of a match grows with the length of text and
 * terms, whatever they hold.
 */
import { WordFinder } from './word-finder.ts';

/** Terms of one box; more are left out. */
export const termsMax = 100;
/** Characters of one box that are looked at. */
export const termsCharactersMax = 10_000;

export type Term =
  | { readonly kind: 'part'; readonly text: string }
  /** Holds `*` or `?`, and fits a whole line. */
  | { readonly kind: 'whole'; readonly pattern: string };

/** Text in the form that stored search text has: lower case, without lone surrogates. */
export function searchForm(text: string): string {
  return text.toWellFormed().toLowerCase();
}

/** Separated by line ends, commas and semicolons, which are ordinary in double quotes. None: everything fits. */
export function parseTerms(text: string): readonly Term[] {
  const found = new Map<string, Term>();
  const pieces = searchForm(text.slice(0, termsCharactersMax)).match(/(?:"[^"\n]*"|[^\n\r,;])+/g) ?? [];
  for (const piece of pieces) {
    const word = unquoted(piece.trim());
    if (word === '') continue;
    found.set(word, /[*?]/.test(word) ? { kind: 'whole', pattern: word } : { kind: 'part', text: word });
    if (found.size >= termsMax) break;
  }
  return [...found.values()];
}

function unquoted(piece: string): string {
  return /^"[^"]*"$/.test(piece) ? piece.slice(1, -1) : piece;
}

/** Whether lines of text fit any of the terms. */
export class TermMatcher {
  readonly #words: WordFinder | undefined;
  readonly #patterns: readonly (readonly string[])[];

  constructor(terms: readonly Term[]) {
    const words = terms.flatMap((term) => (term.kind === 'part' ? [term.text] : []));
    this.#words = words.length === 0 ? undefined : new WordFinder(words);
    this.#patterns = terms.flatMap((term) => (term.kind === 'whole' ? [term.pattern.split('*')] : []));
  }

  /** `text`: lines with a line feed before and after each. */
  fits(text: string): boolean {
    if (this.#words?.isIn(text) === true) return true;
    if (this.#patterns.length === 0) return false;
    const lines = text.split('\n').slice(1, -1);
    return lines.some((line) => this.#patterns.some((pieces) => fitsWhole(line, pieces)));
  }
}

/** `pieces`: what stands between the `*` of a pattern. The earliest place of each piece is as good as any later one. */
function fitsWhole(line: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return line.length === first.length && standsAt(line, first, 0);
  if (line.length < first.length + last.length) return false;
  if (!standsAt(line, first, 0) || !standsAt(line, last, line.length - last.length)) return false;
  const end = line.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = placeOf(line, piece, from, end);
    if (at === undefined) return false;
    from = at + piece.length;
  }
  return true;
}

function placeOf(line: string, piece: string, from: number, end: number): number | undefined {
  for (let at = from; at + piece.length <= end; at += 1) if (standsAt(line, piece, at)) return at;
  return undefined;
}

function standsAt(line: string, piece: string, at: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    if (piece[index] !== '?' && piece[index] !== line[at + index]) return false;
  }
  return true;
}
