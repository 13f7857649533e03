/** Reads the contents of a batch in the order of its rows. */
export class ContentReader {
  readonly #contents: Uint8Array;
  #offset = 0;

  constructor(contents: Uint8Array) {
    this.#contents = contents;
  }

  next(bytes: number): Uint8Array {
    const from = this.#offset;
    this.#offset += bytes;
    return this.#contents.subarray(from, this.#offset);
  }

  /** Passes over what an operation that failed did not take. */
  skipTo(offset: number): void {
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }
}
