/**
 * The repair `overlong-lines`: body lines beyond 998 octets (RFC 5322 2.1.1) are broken with CRLF, after the last
 * blank that fits, otherwise at 998 octets and never inside a UTF-8 sequence. Expects CRLF line ends.
 * Works on any split of the content: the line that a chunk leaves unfinished waits, at most 998 octets of it.
 * Not for signed content: whoever calls asks `isSigned` first.
 */
import { lineBytesMax } from './content-scan.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const crlf = Buffer.from('\r\n');

export class OverlongLineRepair {
  /** Line ends that were added. */
  changed = 0;
  #waiting: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer {
    const input = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, chunk]) : chunk;
    const pieces: Buffer[] = [];
    let kept = 0;
    let line = 0;
    let feed = input.indexOf(lineFeed);
    while (line < input.length) {
      // Looked for once a line: a long line is broken many times before its end.
      if (feed >= 0 && feed < line) feed = input.indexOf(lineFeed, line);
      const end = feed < 0 ? input.length : feed;
      const bytes = end - line - (end > line && input[end - 1] === carriageReturn ? 1 : 0);
      if (bytes > lineBytesMax) {
        const next = line + breakAfter(input, line);
        pieces.push(input.subarray(kept, next), crlf);
        this.changed++;
        kept = next;
        line = next;
      } else if (feed < 0) {
        break;
      } else {
        line = feed + 1;
      }
    }
    // Copied, so that a few octets do not keep a whole chunk alive.
    this.#waiting = Buffer.from(input.subarray(line));
    if (line > kept) pieces.push(input.subarray(kept, line));
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  end(): Buffer {
    const rest = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    return rest;
  }
}

/** Octets of the line that stay before the break; the line is longer than the limit. */
function breakAfter(input: Buffer, line: number): number {
  for (let count = lineBytesMax; count > 1; count--) {
    const octet = input[line + count - 1];
    if (octet === 0x20 || octet === 0x09) return count;
  }
  // RFC 3629 3: octets 10xxxxxx continue a character; at most three of them.
  let count = lineBytesMax;
  while (count > lineBytesMax - 3 && isContinuation(input[line + count])) count--;
  return isContinuation(input[line + count]) ? lineBytesMax : count;
}

function isContinuation(octet: number | undefined): boolean {
  return octet !== undefined && (octet & 0xc0) === 0x80;
}
