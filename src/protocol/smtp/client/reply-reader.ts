/**
 * Reads SMTP replies (RFC 5321 4.2) from the octets of a peer that is not trusted.
 *
 * The grammar is total and bounded: any octets give replies or one fault, in memory bounded by the limits
 * below, however they are split. What is wrong with the text of a reply (control characters, octets that are
 * no UTF-8, a malformed enhanced status code) is made harmless and kept; what is wrong with its frame
 * (no code, a code that changes within the reply, no end) is a fault, because from there on nobody knows
 * which command the next reply belongs to.
 */

/** Octets of one reply line; RFC 5321 4.5.3.1.5 asks for 512, and some servers write longer ones. */
export const replyLineBytesMax = 4096;
/** Lines of one reply. The longest honest one is the answer to EHLO, with some thirty. */
export const replyLinesMax = 256;
/** Octets of one reply, all lines together. */
export const replyBytesMax = 64 * 1024;

/** The same shape as `message/reply.ts`, which this layer may not import. */
export interface SmtpReply {
  readonly code: number;
  /** `5.7.1`; absent when missing, malformed, or of another class than `code` (RFC 2034 4). */
  readonly enhanced?: string;
  /** Printable text of each line, without codes. */
  readonly lines: readonly string[];
}

export type ReplyFault =
  | 'line-too-long'
  | 'too-many-lines'
  | 'reply-too-long'
  | 'malformed-line'
  | 'mixed-codes';

export interface ReadReplies {
  readonly replies: readonly SmtpReply[];
  /** The stream cannot be understood from here on; every later `read` says the same. */
  readonly fault?: ReplyFault;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const empty = Buffer.alloc(0);
// RFC 3463 2: class "." subject "." detail, each number of up to three digits.
const enhancedCode = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/;
const notPlain = /[^\x20-\x7e]/;
// Controls of C0 and C1, DEL, and the characters that reorder, hide or break text in a terminal or a log.
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

export class ReplyReader {
  /** The unfinished line; never longer than `replyLineBytesMax`. */
  #rest: Buffer = empty;
  #code = 0;
  #enhanced: string | undefined;
  #lines: string[] = [];
  #bytes = 0;
  #fault: ReplyFault | undefined;

  /** Nothing of a further reply has arrived: what STARTTLS asks for before the handshake (RFC 3207 6). */
  get isEmpty(): boolean {
    return this.#rest.length === 0 && this.#lines.length === 0 && this.#fault === undefined;
  }

  read(chunk: Buffer): ReadReplies {
    const replies: SmtpReply[] = [];
    let start = 0;
    while (this.#fault === undefined) {
      const end = chunk.indexOf(lineFeed, start);
      if (end < 0) break;
      const line = this.#completeLine(chunk, start, end);
      start = end + 1;
      const reply = line && this.#readLine(line);
      if (reply) replies.push(reply);
    }
    this.#keepRest(chunk, start);
    return this.#fault === undefined ? { replies } : { replies, fault: this.#fault };
  }

  #completeLine(chunk: Buffer, start: number, end: number): Buffer | undefined {
    const length = this.#rest.length + end - start;
    if (length > replyLineBytesMax) return this.#fail('line-too-long');
    const part = chunk.subarray(start, end);
    if (this.#rest.length === 0) return part;
    const line = Buffer.concat([this.#rest, part], length);
    this.#rest = empty;
    return line;
  }

  #keepRest(chunk: Buffer, start: number): void {
    if (this.#fault !== undefined) {
      this.#rest = empty;
      this.#lines = [];
      return;
    }
    const length = chunk.length - start;
    if (length === 0) return;
    if (this.#rest.length + length > replyLineBytesMax + 1) {
      this.#fail('line-too-long');
      return;
    }
    // A copy, so that a few octets do not keep a whole read buffer alive.
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(start)], this.#rest.length + length);
  }

  #readLine(line: Buffer): SmtpReply | undefined {
    // A line that ends in a bare LF is read too: here it can separate nothing but replies.
    let end = line.length;
    if (end > 0 && line[end - 1] === carriageReturn) end -= 1;
    const code = codeOf(line, end);
    if (code === undefined) return this.#fail('malformed-line');
    if (this.#lines.length > 0 && code !== this.#code) return this.#fail('mixed-codes');
    this.#bytes += end;
    if (this.#bytes > replyBytesMax) return this.#fail('reply-too-long');
    if (this.#lines.length >= replyLinesMax) return this.#fail('too-many-lines');
    this.#code = code;
    this.#keepText(line.toString('utf8', Math.min(4, end), end), code);
    // RFC 5321 4.2: a hyphen after the code says that more lines follow; a code alone ends the reply.
    return line[3] === 0x2d && end > 3 ? undefined : this.#finish();
  }

  #keepText(given: string, code: number): void {
    const text = notPlain.test(given) ? given.replaceAll(unprintable, '\ufffd') : given;
    const enhanced = enhancedCode.exec(text)?.[0];
    if (enhanced === undefined || enhanced.charCodeAt(0) - 0x30 !== Math.trunc(code / 100)) {
      this.#lines.push(text);
      return;
    }
    this.#enhanced ??= enhanced;
    this.#lines.push(text.slice(enhanced.length + 1));
  }

  #finish(): SmtpReply {
    const reply: SmtpReply =
      this.#enhanced === undefined
        ? { code: this.#code, lines: this.#lines }
        : { code: this.#code, enhanced: this.#enhanced, lines: this.#lines };
    this.#lines = [];
    this.#enhanced = undefined;
    this.#bytes = 0;
    return reply;
  }

  #fail(fault: ReplyFault): undefined {
    this.#fault = fault;
    return undefined;
  }
}

/** RFC 5321 4.2: 2 to 5, 0 to 5 by the grammar (0 to 9 in the field), 0 to 9; then space, hyphen or nothing. */
function codeOf(line: Buffer, end: number): number | undefined {
  if (end < 3) return undefined;
  const [first = 0, second = 0, third = 0] = [line[0], line[1], line[2]];
  if (first < 0x32 || first > 0x35 || !isDigit(second) || !isDigit(third)) return undefined;
  if (end > 3 && line[3] !== 0x20 && line[3] !== 0x2d) return undefined;
  return (first - 0x30) * 100 + (second - 0x30) * 10 + (third - 0x30);
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}
