/** Lines that wait for a slow writer: bounded, the newest are dropped, and the drops are counted. */
export class LineBuffer {
  readonly #bytesMax: number;
  #lines: string[] = [];
  /** Written lines at the begin of `#lines`; cut off now and then, because each cut copies the rest. */
  #gone = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#gone === this.#lines.length;
  }

  /** Octets that wait, counted as UTF-16 units: within a factor of three of the octets of UTF-8. */
  get bytes(): number {
    return this.#bytes;
  }

  /** False: there was no room, and the line is lost. */
  push(line: string): boolean {
    if (this.#bytes + line.length > this.#bytesMax) {
      this.#dropped += 1;
      return false;
    }
    this.#lines.push(line);
    this.#bytes += line.length;
    return true;
  }

  /** The oldest lines of at most so many octets together, at least one; they stay until `remove`. */
  first(bytesMax: number): readonly string[] {
    let bytes = 0;
    let count = 0;
    for (let index = this.#gone; index < this.#lines.length; index += 1) {
      bytes += this.#lines[index]?.length ?? 0;
      if (count > 0 && bytes > bytesMax) break;
      count += 1;
    }
    return this.#lines.slice(this.#gone, this.#gone + count);
  }

  /** The oldest `count` are written. */
  remove(count: number): void {
    const end = Math.min(this.#gone + count, this.#lines.length);
    for (; this.#gone < end; this.#gone += 1) this.#bytes -= this.#lines[this.#gone]?.length ?? 0;
    if (this.#gone * 2 < this.#lines.length) return;
    this.#lines = this.#lines.slice(this.#gone);
    this.#gone = 0;
  }

  /** Lines dropped since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
