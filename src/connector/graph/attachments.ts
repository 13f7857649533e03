/**
 * Takes attachments out of a message that is too large for one request of Graph, largest first, until the rest is small
 * enough. Only leaves of multipart/mixed are taken, or the one part that the message is; what is signed or encrypted stays
 * whole, because its octets are what the signature is about (RFC 1847). Untrusted: the content.
 */
import { setImmediate } from 'node:timers/promises';
import type { Part } from '../convert/structure.ts';
import { StructureWalker, UnknownStructure } from '../convert/structure.ts';

/** Octets walked before others of this process get their turn. */
const turnBytes = 256 * 1024;

export interface Attachment {
  readonly part: Part;
  /** Octets of the content from the delimiter line before the part up to the next one. */
  readonly from: number;
  readonly to: number;
  /** Of its body, still encoded, without the line end that belongs to the delimiter (RFC 2046 5.1.1). */
  readonly bodyFrom: number;
  readonly bodyTo: number;
  /** The only part that is left in its multipart, or the message itself: something must stand in its place. */
  readonly leavesNothing: boolean;
}

export type Extraction =
  | { readonly kind: 'taken'; readonly attachments: readonly Attachment[] }
  | { readonly kind: 'unfit'; readonly reason: string };

interface Leaf {
  readonly part: Part;
  readonly parent: number | undefined;
  readonly from: number;
  readonly bodyFrom: number;
  to: number;
  bodyTo: number;
}

const closedTypes = new Set([
  'multipart/signed',
  'multipart/encrypted',
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
]);

/** `restBytesMax`: octets that may be left when the attachments are out. */
export async function chooseAttachments(content: Buffer, restBytesMax: number): Promise<Extraction> {
  let structure: Structure;
  try {
    structure = await walk(content);
  } catch (error) {
    if (!(error instanceof UnknownStructure)) throw error;
    return { kind: 'unfit', reason: `its structure cannot be followed: ${error.message}` };
  }
  const { parts, leaves } = structure;
  const closed = parts.find(({ part }) => closedTypes.has(part.type));
  if (closed) return { kind: 'unfit', reason: `it is signed or encrypted (${closed.part.type})` };
  const left = new Map<number | undefined, number>();
  for (const { parent } of parts) left.set(parent, (left.get(parent) ?? 0) + 1);
  const attachments: Attachment[] = [];
  let rest = content.length;
  const candidates = leaves.filter((leaf) => isAttachment(leaf, parts));
  for (const leaf of candidates.toSorted((a, b) => b.to - b.from - (a.to - a.from))) {
    if (rest <= restBytesMax) break;
    const siblings = (left.get(leaf.parent) ?? 1) - 1;
    left.set(leaf.parent, siblings);
    attachments.push({ ...leaf, leavesNothing: siblings === 0 });
    rest -= leaf.to - leaf.from;
  }
  if (rest <= restBytesMax) return { kind: 'taken', attachments };
  return { kind: 'unfit', reason: `without its attachments it still has ${rest} octets` };
}

interface Structure {
  readonly parts: readonly { readonly part: Part; readonly parent: number | undefined }[];
  readonly leaves: readonly Leaf[];
}

async function walk(content: Buffer): Promise<Structure> {
  const walker = new StructureWalker();
  const parts: { part: Part; parent: number | undefined }[] = [];
  const leaves: Leaf[] = [];
  let open: Leaf | undefined;
  let delimiterAt = 0;
  let turn = turnBytes;
  for (let at = 0; at < content.length;) {
    const end = content.indexOf(0x0a, at);
    const next = end < 0 ? content.length : end + 1;
    const role = walker.next(content.subarray(at, next));
    if (role.kind === 'part') {
      const { part, parent } = role;
      parts.push({ part, parent });
      if (!part.isMultipart) {
        const rest = { to: content.length, bodyTo: content.length };
        open = { part, parent, from: delimiterAt, bodyFrom: next, ...rest };
        leaves.push(open);
      }
    } else if (role.kind === 'frame') {
      if (open) Object.assign(open, { to: at, bodyTo: Math.max(open.bodyFrom, at - 2) });
      open = undefined;
      delimiterAt = at;
    }
    at = next;
    if (at >= turn) {
      turn = at + turnBytes;
      await setImmediate();
    }
  }
  return { parts, leaves };
}

/** Every ancestor is multipart/mixed; text without a name is what people read, and stays. */
function isAttachment({ part, parent }: Leaf, parts: Structure['parts']): boolean {
  for (let index = parent; index !== undefined; index = parts[index]?.parent) {
    if (parts[index]?.part.type !== 'multipart/mixed') return false;
  }
  if (!part.type.startsWith('text/')) return true;
  const header = Buffer.concat(part.header.map((line) => Buffer.from(line))).toString('latin1');
  return (
    /^content-disposition:\s*attachment/im.test(header) ||
    /^content-(?:type|disposition):(?:[^\n]|\n[ \t])*\b(?:file)?name\*?(?:\d+\*?)?\s*=/im.test(header)
  );
}
