/**
 * The header section of a message: RFC 5322 2.2 and 4.5, read without changing an octet.
 *
 * Fields are byte ranges of the section as it came; what is no field is kept as a range without a name, so
 * that the ranges in order are the section. Everything here is untrusted. Reading is generous on purpose: a
 * line is counted as a From field whenever any reader further on might take it for one (blanks before the
 * colon, a fold before the colon, octets that do not show), because a field that we overlook is a field that nobody judged.
 * Linear in the length of the section; names are compared or kept in Maps, never used as object keys.
 */

/** More fields than any mail carries; bounds the objects made from one header section to about a megabyte. */
export const headerFieldsMax = 10_000;

export interface HeaderField {
  /** Lower case; empty for a line that is no field. */
  readonly name: string;
  /** Range in the section, the line end counted. */
  readonly start: number;
  readonly end: number;
  /** First octet after the colon. */
  readonly valueStart: number;
}

export class HeaderSection {
  readonly bytes: Buffer;
  readonly fields: readonly HeaderField[];
  /** One character an octet. */
  readonly #text: string;

  constructor(bytes: Buffer, text: string, fields: readonly HeaderField[]) {
    this.bytes = bytes;
    this.#text = text;
    this.fields = fields;
  }

  /** All fields of this name (given in lower case), in order. */
  all(name: string): HeaderField[] {
    return this.fields.filter((field) => field.name === name);
  }

  first(name: string): HeaderField | undefined {
    return this.fields.find((field) => field.name === name);
  }

  has(name: string): boolean {
    return this.first(name) !== undefined;
  }

  /** RFC 5322 2.2.3: unfolded and trimmed; one character an octet, so structure can be read before charset. */
  value(field: HeaderField): string {
    const raw = this.#text.slice(field.valueStart, field.end);
    // The line end is trimmed too; only a folded value holds another.
    const trimmed = raw.trim();
    return trimmed.includes('\n') ? trimmed.replaceAll(/\r?\n/g, '') : trimmed;
  }

  /** As it came: everything after the colon, folds and line end included. */
  rawValue(field: HeaderField): Buffer {
    return this.bytes.subarray(field.valueStart, field.end);
  }
}

export type ParsedHeader =
  | { readonly kind: 'parsed'; readonly header: HeaderSection }
  | { readonly kind: 'too-many-fields' };

/** `bytes` is the section without the empty line that ends it. */
export function parseHeaderSection(bytes: Buffer): ParsedHeader {
  const text = bytes.toString('latin1');
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < text.length) {
    const end = fieldEnd(text, start);
    if (fields.length === headerFieldsMax) return { kind: 'too-many-fields' };
    fields.push(readField(text, start, end));
    start = end;
  }
  return { kind: 'parsed', header: new HeaderSection(bytes, text, fields) };
}

/** End of the field that starts here: the first line end that no blank follows (RFC 5322 2.2.3). */
function fieldEnd(text: string, start: number): number {
  let lineFeed = text.indexOf('\n', start);
  while (lineFeed >= 0 && isBlank(text.charCodeAt(lineFeed + 1))) lineFeed = text.indexOf('\n', lineFeed + 1);
  return lineFeed < 0 ? text.length : lineFeed + 1;
}

function readField(text: string, start: number, end: number): HeaderField {
  // Within the field: a search through the rest would be quadratic in lines without a colon.
  const colon = start + text.slice(start, end).indexOf(':');
  if (colon <= start || isBlank(text.charCodeAt(start))) return malformed(start, end);
  let nameEnd = colon;
  // RFC 5322 4.5.8 allows blanks before the colon; a fold there is malformed but read by some.
  while (nameEnd > start && isBlankOrLineEnd(text.charCodeAt(nameEnd - 1))) nameEnd--;
  const name = text.slice(start, nameEnd);
  if (isFieldName(name)) return { name: name.toLowerCase(), start, end, valueStart: colon + 1 };
  return showsAsFrom(name) ? { name: 'from', start, end, valueStart: colon + 1 } : malformed(start, end);
}

/**
 * `From` with controls, no-break or zero-width spaces in or around it is no name by RFC 5322, but a reader that trims
 * or drops what cannot be seen takes it for one. (The separator line of a mailbox file has an address behind it.)
 */
function showsAsFrom(name: string): boolean {
  return name.length <= 64 && /^from$/i.test(name.replaceAll(/[^\x21-\x7e]/g, ''));
}

function malformed(start: number, end: number): HeaderField {
  return { name: '', start, end, valueStart: start };
}

/** RFC 5322 3.6.8 ftext: printable ASCII without the colon. */
function isFieldName(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x21 || code > 0x7e) return false;
  }
  return name !== '';
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isBlankOrLineEnd(code: number): boolean {
  return isBlank(code) || code === 0x0d || code === 0x0a;
}

/**
 * Content without any header: its first line is neither a field nor empty. A line that begins with a blank continues
 * the field before it (RFC 5322 2.2.3); as the first line it continues nothing, and under a field written on top
 * it would become part of that. The `From ` line of a mailbox file, which old programs leave in front, does not count.
 */
export function lacksHeader(header: HeaderSection): boolean {
  const first = header.fields[0];
  if (!first || first.name !== '') return false;
  const line = header.bytes.toString('latin1', first.start, Math.min(first.end, first.start + 6));
  return !/^>?From /.test(line);
}
