/** Changes to one header section while they are being decided: what goes on top, what is replaced, and the trace of it. */
import type { Instant } from '../platform/clock.ts';
import type { HeadEdit, HeadEdits, TraceEntry } from '../message/message.ts';
import type { HeaderField, HeaderSection } from '../protocol/mail/header-section.ts';
import { editHeader } from '../protocol/mail/header-edit.ts';
import { formatField } from '../protocol/mail/field-writer.ts';

/** Octets of replaced fields that are kept with the trace of a message. */
const formerOctetsMax = 16 * 1024;

function byteLength(pieces: readonly Buffer[]): number {
  return pieces.reduce((bytes, piece) => bytes + piece.length, 0);
}

export class HeaderChanges {
  readonly header: HeaderSection;
  readonly #at: Instant;
  readonly #above: Buffer[] = [];
  readonly #changes = new Map<HeaderField, Buffer | null>();
  readonly #trace: TraceEntry[] = [];

  constructor(header: HeaderSection, at: Instant) {
    this.header = header;
    this.#at = at;
  }

  get trace(): readonly TraceEntry[] {
    return this.#trace;
  }

  /** Octets that go on top. */
  get aboveBytes(): number {
    return byteLength(this.#above);
  }

  /** Records what a named repair or rewrite did. */
  note(by: string, text: string): void {
    this.#trace.push({ at: this.#at, step: 'changed', by, text });
  }

  /** Records something that was seen and left as it is. */
  remark(by: string, text: string): void {
    this.#trace.push({ at: this.#at, step: 'accepted', by, text });
  }

  add(name: string, value: string): void {
    this.#above.push(Buffer.from(formatField(name, value)));
  }

  /** A whole field with its line end, made of octets that were in this header already. */
  addRaw(field: Buffer): void {
    this.#above.push(field);
  }

  replace(field: HeaderField, bytes: Buffer): void {
    this.#changes.set(field, bytes);
  }

  remove(field: HeaderField): void {
    this.#changes.set(field, null);
  }

  isUntouched(field: HeaderField): boolean {
    return !this.#changes.has(field);
  }

  /** No field of this name has a value: the blank ones are taken away, so that one may be added. */
  isMissing(name: string): boolean {
    const fields = this.header.all(name);
    return fields.every((field) => this.header.value(field) === '');
  }

  removeAll(name: string): number {
    const fields = this.header.all(name);
    for (const field of fields) this.remove(field);
    return fields.length;
  }

  /** How the section that `pieces` gives for the same `top` leads back to the one that came. */
  edits(top: readonly Buffer[]): HeadEdits {
    const above = byteLength(top) + this.aboveBytes;
    const replaced: HeadEdit[] = [];
    let shift = above;
    let kept = 0;
    for (const field of this.header.fields) {
      const change = this.#changes.get(field);
      if (change === undefined) continue;
      const length = change?.length ?? 0;
      const octets = field.end - field.start;
      replaced.push({
        at: field.start + shift,
        length,
        before: this.header.bytes.toString('latin1', field.start, field.end),
      });
      shift += length - octets;
      kept += octets;
    }
    if (kept > formerOctetsMax) return { above, isCut: true };
    return { above, ...(replaced.length > 0 && { replaced }) };
  }

  /** The section with `top` before everything. */
  pieces(top: readonly Buffer[]): Buffer[] {
    return editHeader(this.header, [...top, ...this.#above], this.#changes);
  }
}
