/** Octets of the client that were fed and not yet read, and the reading of lines from them. */

const empty = Buffer.alloc(0);

/** A line taken: its octets stand from `start` to `end` in the buffer, without the line end. */
export interface Line {
  readonly start: number;
  readonly end: number;
  /** Ended by LF alone. */
  readonly bare: boolean;
}

export class Input {
  buffer: Buffer = empty;
  /** Where the octets begin that are not read yet. */
  offset = 0;

  get buffered(): number {
    return this.buffer.length - this.offset;
  }

  feed(chunk: Buffer): void {
    if (this.offset >= this.buffer.length) this.buffer = chunk;
    else this.buffer = Buffer.concat([this.buffer.subarray(this.offset), chunk]);
    this.offset = 0;
  }

  clear(): void {
    this.buffer = empty;
    this.offset = 0;
  }

  /** The next line; `more` when its end has not come, `overlong` when it has more than `bytesMax` octets. */
  takeLine(bytesMax: number): Line | 'more' | 'overlong' {
    const start = this.offset;
    const lf = this.buffer.indexOf(0x0a, start);
    const length = (lf < 0 ? this.buffer.length : lf + 1) - start;
    if (length > bytesMax) return 'overlong';
    if (lf < 0) return 'more';
    this.offset = lf + 1;
    const bare = lf === start || this.buffer[lf - 1] !== 0x0d;
    return { start, end: bare ? lf : lf - 1, bare };
  }

  /** Reads over the rest of a line as far as it is there. */
  skipLine(): { readonly bytes: number; readonly isEnd: boolean } {
    const lf = this.buffer.indexOf(0x0a, this.offset);
    const end = lf < 0 ? this.buffer.length : lf + 1;
    const bytes = end - this.offset;
    this.offset = end;
    return { bytes, isEnd: lf >= 0 };
  }

  /** Up to `bytesMax` octets, as a view. */
  take(bytesMax: number): Buffer {
    const end = this.offset + Math.min(bytesMax, this.buffered);
    const bytes = this.buffer.subarray(this.offset, end);
    this.offset = end;
    return bytes;
  }
}
