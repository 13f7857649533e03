/** The header section as it is sent on, and as it came: worked out backwards from what was changed. Pure. */
import type { HeadEdits } from '../../message/message.ts';

/** `undefined`: the changes were too many to be kept. `after`: octets of the section as stored. */
export function formerHead(after: Buffer, edits: HeadEdits): string | undefined {
  if (edits.isCut) return undefined;
  const pieces: string[] = [];
  let from = edits.above;
  for (const { at, length, before } of edits.replaced ?? []) {
    pieces.push(after.toString('latin1', from, at), before);
    from = at + length;
  }
  pieces.push(after.toString('latin1', from));
  return shown(Buffer.from(pieces.join(''), 'latin1'));
}

/** UTF-8 where it is that (RFC 6532), else one character an octet, as a reader of 8-bit headers sees them. */
export function shown(section: Buffer): string {
  const text = section.toString('utf8');
  return text.includes('\ufffd') ? section.toString('latin1') : text;
}
