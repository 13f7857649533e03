/**
 * Finds the end of DATA and undoes dot-stuffing (RFC 5321 4.5.2), however the bytes are cut into chunks.
 * Only CR LF . CR LF ends the content (RFC 5321 4.1.1.4); a dot after a bare LF or CR is content.
 */

const lineDot = Buffer.from('\r\n.');
const crlf = Buffer.from('\r\n');

export type DataStep =
  | { readonly done: false; readonly content: readonly Buffer[] }
  | { readonly done: true; readonly content: readonly Buffer[]; readonly rest: Buffer };

export class EndOfData {
  // The CR LF of the DATA command itself counts: a dot on the very first line is at the start of a line.
  #held: Buffer = crlf;
  // Octets at the start of `#held` that are not content.
  #skip = 2;

  push(chunk: Buffer): DataStep {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const content: Buffer[] = [];
    let from = this.#skip;
    let search = 0;
    this.#skip = 0;
    for (;;) {
      const found = bytes.indexOf(lineDot, search);
      if (found === -1) {
        const hold = heldBack(bytes, from);
        this.#keep(content, bytes, from, hold);
        return { done: false, content };
      }
      const after = found + 3;
      if (isPartOf(bytes, after)) {
        // Whether this dot is the last cannot be said yet: keep from its CR on.
        this.#keep(content, bytes, from, found);
        return { done: false, content };
      }
      if (found + 2 > from) content.push(bytes.subarray(from, found + 2));
      if (bytes[after] === 0x0d && bytes[after + 1] === 0x0a) {
        return { done: true, content, rest: bytes.subarray(after + 2) };
      }
      from = after;
      search = after;
    }
  }

  #keep(content: Buffer[], bytes: Buffer, from: number, hold: number): void {
    if (hold > from) content.push(bytes.subarray(from, hold));
    this.#held = Buffer.from(bytes.subarray(hold));
    this.#skip = Math.max(0, from - hold);
  }
}

/** Where the octets begin that may turn out to be the start of CR LF dot. */
function heldBack(bytes: Buffer, from: number): number {
  const { length } = bytes;
  if (bytes[length - 1] === 0x0d) return Math.max(length - 1, 0);
  if (length >= 2 && bytes[length - 2] === 0x0d && bytes[length - 1] === 0x0a) return length - 2;
  return Math.max(length, from);
}

/** The octets from `at` on are a true prefix of CR LF. */
function isPartOf(bytes: Buffer, at: number): boolean {
  return at >= bytes.length || (at === bytes.length - 1 && bytes[at] === 0x0d);
}
