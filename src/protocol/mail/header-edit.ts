/** Changes to a header section that leave every octet of the other fields where it was. */
import type { HeaderField, HeaderSection } from './header-section.ts';

/** What becomes of single fields; `null` removes. A field that is not named stays as it came. */
export type FieldChanges = ReadonlyMap<HeaderField, Buffer | null>;

const lineEnd = Buffer.from('\r\n');

/**
 * The section in pieces: `above` (whole fields, each with its line end) and then the fields in their order.
 * A section that was cut off without a line end gets one, because a changed section is followed by more.
 */
export function editHeader(header: HeaderSection, above: readonly Buffer[], changes: FieldChanges): Buffer[] {
  if (changes.size === 0) return header.bytes.length > 0 ? [...above, header.bytes] : [...above];
  const pieces: Buffer[] = [...above];
  let kept = 0;
  for (const field of header.fields) {
    const change = changes.get(field);
    if (change === undefined) continue;
    if (field.start > kept) pieces.push(header.bytes.subarray(kept, field.start));
    if (change) pieces.push(change);
    kept = field.end;
  }
  if (kept < header.bytes.length) pieces.push(header.bytes.subarray(kept));
  const last = header.bytes.at(-1);
  if (kept < header.bytes.length && last !== 0x0a) pieces.push(lineEnd);
  return pieces;
}
