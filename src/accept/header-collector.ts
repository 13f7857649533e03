/**
 * Gathers content until the header section is complete, in any split, within a bound; and keeps count of it in the
 * memory that all sessions share.
 */
import type { BytesInFlight } from './bytes-in-flight.ts';

const sectionEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);
/** A header section up to this size is gathered however short memory is; hardly any mail has a larger one. */
const headerBytesAlways = 32 * 1024;

export type Collected =
  | { readonly kind: 'more' }
  /** The section with the CRLF of its last field; `rest` begins with the empty line. */
  | { readonly kind: 'complete'; readonly section: Buffer; readonly rest: Buffer }
  /** `seen`: the first octets, as many as the bound and four more. */
  | { readonly kind: 'too-large'; readonly seen: Buffer };

export class HeaderCollector {
  readonly #max: number;
  /** What was seen so far: a view of what was given, or of our own block once pieces had to be joined. */
  #seen: Buffer = nothing;
  #block: Buffer | undefined;
  readonly #budget: BytesInFlight;
  /** Octets that the budget knows of. They stay until `release`, because the head is a view of them. */
  #held = 0;

  constructor(max: number, budget: BytesInFlight) {
    this.#max = max;
    this.#budget = budget;
  }

  push(chunk: Buffer): Collected {
    const before = this.#seen.length;
    this.#seen = this.#joined(chunk);
    const seen = this.#seen;
    if (seen.length >= 2 && seen[0] === 0x0d && seen[1] === 0x0a) {
      return { kind: 'complete', section: seen.subarray(0, 0), rest: seen };
    }
    const end = seen.indexOf(sectionEnd, Math.max(0, before - 3));
    const length = end < 0 ? seen.length - 3 : end + lineEnd.length;
    if (length > this.#max) return { kind: 'too-large', seen: seen.subarray(0, this.#max + 4) };
    if (end < 0) return { kind: 'more' };
    return { kind: 'complete', section: seen.subarray(0, length), rest: seen.subarray(length) };
  }

  /**
   * Counts octets of an incomplete section; whether memory is too short for it. A header section cannot leave memory
   * before it is complete, so with many of them under way at once the large ones are deferred: to wait would help
   * nobody, since all of them wait for their clients.
   */
  isShortOf(bytes: number): boolean {
    this.#budget.take(bytes);
    this.#held += bytes;
    return this.#held > headerBytesAlways && this.#budget.isOver;
  }

  /** Lets go of what was gathered; nothing is asked of it any more. */
  release(): void {
    this.#seen = nothing;
    this.#block = undefined;
    const held = this.#held;
    this.#held = 0;
    if (held > 0) this.#budget.give(held);
  }

  /** The content ended within its header section: all of it is the section. */
  end(): Collected {
    const section = this.#seen;
    if (section.length > this.#max) return { kind: 'too-large', seen: section };
    return { kind: 'complete', section, rest: section.subarray(section.length) };
  }

  /**
   * In the common case nothing is copied: the section is in the first chunk, or in neighbouring views of one buffer
   * (the end-of-data reader gives the first octet of a content by itself). Otherwise into a block that doubles.
   */
  #joined(chunk: Buffer): Buffer {
    const seen = this.#seen;
    if (seen.length === 0) return chunk;
    if (!this.#block && seen.buffer === chunk.buffer && seen.byteOffset + seen.length === chunk.byteOffset) {
      return Buffer.from(seen.buffer, seen.byteOffset, seen.length + chunk.length);
    }
    const needed = seen.length + chunk.length;
    if (!this.#block || needed > this.#block.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, seen.length * 2, 4096));
      seen.copy(wider);
      this.#block = wider;
    }
    chunk.copy(this.#block, seen.length);
    return this.#block.subarray(0, needed);
  }
}
