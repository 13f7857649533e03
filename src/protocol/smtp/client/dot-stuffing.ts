/**
 * Makes content transparent for DATA (RFC 5321 4.5.2) without looking at lines one by one: the search for
 * LF "." is native, and where no line begins with a dot the very chunks given are passed on.
 */

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dot = 0x2e;
const lineFeedDot = Buffer.from('\n.');
const extraDot = Buffer.from('.');
const endAfterLine = Buffer.from('.\r\n');
const endWithinLine = Buffer.from('\r\n.\r\n');

/** Content that must not go through DATA: a dot behind a bare LF could end the message early for some servers. */
export class BareLineFeed extends Error {
  override readonly name = 'BareLineFeed';
  constructor() {
    super('a line that begins with a dot follows a bare LF');
  }
}

/** State of one content; chunks may be cut anywhere. */
export class DotStuffer {
  // Two virtual octets before the first: the content begins at the beginning of a line.
  #last = lineFeed;
  #lastButOne = carriageReturn;

  /** Appends the pieces to be written for `chunk`. Throws `BareLineFeed`; nothing may be written after it. */
  push(chunk: Buffer, pieces: Buffer[]): void {
    if (chunk.length === 0) return;
    let from = 0;
    if (chunk[0] === dot && this.#last === lineFeed) {
      if (this.#lastButOne !== carriageReturn) throw new BareLineFeed();
      pieces.push(extraDot);
    }
    let at = chunk.indexOf(lineFeedDot);
    while (at >= 0) {
      const before = at > 0 ? chunk[at - 1] : this.#last;
      if (before !== carriageReturn) throw new BareLineFeed();
      pieces.push(chunk.subarray(from, at + 1), extraDot);
      from = at + 1;
      at = chunk.indexOf(lineFeedDot, from + 1);
    }
    pieces.push(from === 0 ? chunk : chunk.subarray(from));
    this.#lastButOne = chunk.length > 1 ? (chunk[chunk.length - 2] ?? 0) : this.#last;
    this.#last = chunk[chunk.length - 1] ?? 0;
  }

  /** The end of data; a last line without CR LF is ended first, as DATA can carry only whole lines. */
  end(): Buffer {
    return this.#last === lineFeed && this.#lastButOne === carriageReturn ? endAfterLine : endWithinLine;
  }
}
