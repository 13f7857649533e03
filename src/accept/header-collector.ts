/** Gathers content until the header section is complete, in any split, within a bound. */

const sectionEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

export type Collected =
  | { readonly kind: 'more' }
  /** The section with the CRLF of its last field; `rest` begins with the empty line. */
  | { readonly kind: 'complete'; readonly section: Buffer; readonly rest: Buffer }
  /** `seen`: the first octets, as many as the bound and four more. */
  | { readonly kind: 'too-large'; readonly seen: Buffer };

export class HeaderCollector {
  readonly #max: number;
  #block: Buffer = Buffer.alloc(0);
  #filled = 0;

  constructor(max: number) {
    this.#max = max;
  }

  push(chunk: Buffer): Collected {
    // The common case: the whole section is in the first chunk, and nothing is copied.
    const before = this.#filled;
    if (before > 0) this.#append(chunk);
    const seen = before > 0 ? this.#block.subarray(0, this.#filled) : chunk;
    if (seen.length >= 2 && seen[0] === 0x0d && seen[1] === 0x0a) {
      return { kind: 'complete', section: seen.subarray(0, 0), rest: seen };
    }
    const end = seen.indexOf(sectionEnd, Math.max(0, before - 3));
    const length = end < 0 ? seen.length - 3 : end + lineEnd.length;
    if (length > this.#max) return { kind: 'too-large', seen: seen.subarray(0, this.#max + 4) };
    if (end >= 0) {
      return { kind: 'complete', section: seen.subarray(0, length), rest: seen.subarray(length) };
    }
    if (before === 0) this.#append(chunk);
    return { kind: 'more' };
  }

  /** The content ended within its header section: all of it is the section. */
  end(): Collected {
    const section = this.#block.subarray(0, this.#filled);
    if (section.length > this.#max) return { kind: 'too-large', seen: section };
    return { kind: 'complete', section, rest: section.subarray(section.length) };
  }

  #append(chunk: Buffer): void {
    const needed = this.#filled + chunk.length;
    if (needed > this.#block.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, this.#block.length * 2, 4096));
      this.#block.copy(wider, 0, 0, this.#filled);
      this.#block = wider;
    }
    chunk.copy(this.#block, this.#filled);
    this.#filled = needed;
  }
}
