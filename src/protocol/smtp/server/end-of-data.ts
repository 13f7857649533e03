/**
 * The end-of-data reader: the only place of the product that decides where the content of DATA ends.
 *
 * RFC 5321 4.1.1.4 and 4.5.2: the content ends at CR LF . CR LF and at nothing else (SMTP smuggling, VU#302671);
 * a dot at the start of a line that goes on is taken away. It looks for CR LF . with `indexOf`, gives views
 * of the buffer, and never holds content back: only a dot and a CR after it wait for what comes next.
 */

/** What the octets so far end in; `line-start` also before the first one (4.1.1.4: an empty content). */
export type DotPosition = 'text' | 'cr' | 'line-start' | 'dot' | 'dot-cr';

export type ContentStep =
  /** Octets of the content; read on at `next`. */
  | { readonly kind: 'content'; readonly bytes: Buffer; readonly next: number }
  /** The content is complete; what follows is the next command. */
  | { readonly kind: 'end'; readonly next: number }
  /** All octets are used up. */
  | { readonly kind: 'more' };

const cr = 0x0d;
const lf = 0x0a;
const dot = 0x2e;
const stuffedLine = Buffer.from('\r\n.');
const more: ContentStep = { kind: 'more' };

export class EndOfDataReader {
  #position: DotPosition = 'line-start';

  get position(): DotPosition {
    return this.#position;
  }

  /** The next step in `buffer` from `start`; call again from `next` until `end` or `more`. */
  read(buffer: Buffer, start: number): ContentStep {
    let from = start;
    while (from < buffer.length) {
      const octet = buffer[from]!;
      switch (this.#position) {
        case 'text':
          return this.#readText(buffer, from, from);
        case 'cr':
          // Octets of this state are content; it only tells which line the next dot stands on.
          this.#position = octet === lf ? 'line-start' : octet === cr ? 'cr' : 'text';
          return this.#readText(buffer, from, from + 1);
        case 'line-start':
          if (octet !== dot) {
            this.#position = octet === cr ? 'cr' : 'text';
            return this.#readText(buffer, from, from + 1);
          }
          this.#position = 'dot';
          from += 1;
          break;
        case 'dot':
          if (octet !== cr) {
            this.#position = 'text';
            return this.#readText(buffer, from, from + 1);
          }
          this.#position = 'dot-cr';
          from += 1;
          break;
        case 'dot-cr':
          if (octet === lf) {
            this.#position = 'line-start';
            return { kind: 'end', next: from + 1 };
          }
          // The dot was stuffing after all, and the CR behind it is content.
          this.#position = 'cr';
          return { kind: 'content', bytes: Buffer.from('\r'), next: from };
      }
    }
    return more;
  }

  /** Content from `start`; the octets before `from` are already looked at. */
  #readText(buffer: Buffer, start: number, from: number): ContentStep {
    // A line start or a CR just before `from` leaves its mark in #position: judge the octets there one by one.
    if (this.#position !== 'text') {
      return { kind: 'content', bytes: buffer.subarray(start, from), next: from };
    }
    // `from` may point behind one octet that was plain text; a CR LF . can begin at `from` at the earliest.
    const found = buffer.indexOf(stuffedLine, from);
    if (found >= 0) {
      this.#position = 'dot';
      return { kind: 'content', bytes: buffer.subarray(start, found + 2), next: found + 3 };
    }
    const end = buffer.length;
    const last = buffer[end - 1];
    if (end > from && last === cr) this.#position = 'cr';
    else if (end - from >= 2 && last === lf && buffer[end - 2] === cr) this.#position = 'line-start';
    return { kind: 'content', bytes: buffer.subarray(start), next: end };
  }
}
