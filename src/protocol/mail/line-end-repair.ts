/**
 * The repair `bare-line-feeds`: every line end becomes CRLF. A bare LF, and a CR that no LF follows, is a line end;
 * several CR before one LF are one line end (text written twice through a translating file, `\r\r\n`).
 * Works on any split of the content: CRs at the end of a chunk wait for what follows.
 */

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** A longer run of CRs is line ends of its own; bounds what one more octet can make us write. */
const waitingCrsMax = 8;

export class LineEndRepair {
  /** Line ends that were changed. */
  changed = 0;
  #waitingCrs = 0;

  /** The repaired octets; the chunk itself where nothing was to repair. */
  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    if (this.#waitingCrs === 0 && isClean(chunk)) return chunk;
    return this.#convert(chunk);
  }

  /** What waited at the end of the content. */
  end(): Buffer {
    const crs = this.#waitingCrs;
    this.#waitingCrs = 0;
    this.changed += crs;
    return Buffer.from('\r\n'.repeat(crs), 'latin1');
  }

  #convert(chunk: Buffer): Buffer {
    // Each octet gives at most two, and each waiting CR two.
    const output = Buffer.allocUnsafe((chunk.length + this.#waitingCrs) * 2);
    let length = 0;
    const lineEnd = (): void => {
      output[length++] = carriageReturn;
      output[length++] = lineFeed;
    };
    for (const octet of chunk) {
      if (octet === carriageReturn) {
        if (this.#waitingCrs < waitingCrsMax) {
          this.#waitingCrs++;
        } else {
          this.changed++;
          lineEnd();
        }
      } else if (octet === lineFeed) {
        if (this.#waitingCrs !== 1) this.changed++;
        this.#waitingCrs = 0;
        lineEnd();
      } else {
        for (; this.#waitingCrs > 0; this.#waitingCrs--) {
          this.changed++;
          lineEnd();
        }
        output[length++] = octet;
      }
    }
    return output.subarray(0, length);
  }
}

/** Holds only CRLF line ends, and no CR at its end that may or may not be one. */
function isClean(chunk: Buffer): boolean {
  let feed = chunk.indexOf(lineFeed);
  let cr = chunk.indexOf(carriageReturn);
  while (feed >= 0 || cr >= 0) {
    if (cr < 0 || feed !== cr + 1) return false;
    cr = chunk.indexOf(carriageReturn, feed + 1);
    feed = chunk.indexOf(lineFeed, feed + 1);
  }
  return true;
}
