/**
 * Conversion of 8-bit content for a next hop without 8BITMIME (RFC 6152 3): bodies of parts that hold octets
 * above 127 become quoted-printable (text) or base64 (the rest); all else stays as it is, octet for octet.
 *
 * The content is read twice, each time as a stream in bounded memory: once to see whether the structure allows it, once
 * to write it. What a conversion would break or misstate is not converted, with the reason in words: signed and
 * encrypted multiparts (RFC 1847 2.1), embedded messages (RFC 2045 6.4 allows no encoding there), 8-bit header fields.
 */
import type { BodyEncoder } from './encode.ts';
import { base64, quotedPrintable } from './encode.ts';
import { LineTooLong, linesOf } from './lines.ts';
import type { Part } from './structure.ts';
import { StructureWalker, UnknownStructure } from './structure.ts';

export type Conversion =
  | { readonly kind: 'converted'; readonly open: () => AsyncIterable<Uint8Array> }
  | { readonly kind: 'impossible'; readonly reason: string };

/** Rejects only as `open` does, when the content cannot be read. */
export async function convertTo7Bit(open: () => AsyncIterable<Uint8Array>): Promise<Conversion> {
  const plan = new Map<number, 'quoted-printable' | 'base64'>();
  try {
    const reason = await survey(open(), plan);
    if (reason !== undefined) return { kind: 'impossible', reason };
  } catch (error) {
    if (!(error instanceof UnknownStructure) && !(error instanceof LineTooLong)) throw error;
    return { kind: 'impossible', reason: error.message };
  }
  return { kind: 'converted', open: () => rewrite(open(), plan) };
}

/** Fills in which parts are to be encoded; returns why it cannot be done. */
async function survey(
  source: AsyncIterable<Uint8Array>,
  plan: Map<number, 'quoted-printable' | 'base64'>,
): Promise<string | undefined> {
  const walker = new StructureWalker();
  let isMime = false;
  let sealed = false;
  for await (const line of linesOf(source)) {
    const role = walker.next(line);
    if (role.kind === 'part') {
      if (role.part.index === 0) isMime = role.part.header.some(isMimeVersion);
      if (role.part.type === 'multipart/signed' || role.part.type === 'multipart/encrypted') sealed = true;
    }
    if (!hasEightBit(line)) continue;
    if (role.kind === 'header' || role.kind === 'part') return 'its header holds octets above 127';
    if (role.kind === 'frame') return 'text between its parts holds octets above 127';
    if (!isMime) return 'it has no MIME-Version field, so nothing says what its octets mean';
    if (sealed) return 'it is signed or encrypted, and a conversion would break the seal';
    const reason = obstacle(role.part);
    if (reason !== undefined) return reason;
    plan.set(role.part.index, role.part.type.startsWith('text/') ? 'quoted-printable' : 'base64');
  }
  return undefined;
}

function obstacle({ type, encoding }: Part): string | undefined {
  if (type.startsWith('message/')) return `it holds an embedded ${type} with octets above 127`;
  if (encoding === 'quoted-printable' || encoding === 'base64') {
    return `a part says that it is ${encoding} and holds octets above 127`;
  }
  return undefined;
}

async function* rewrite(
  source: AsyncIterable<Uint8Array>,
  plan: ReadonlyMap<number, 'quoted-printable' | 'base64'>,
): AsyncIterable<Uint8Array> {
  const walker = new StructureWalker();
  const batch = new Batch();
  let encoder: BodyEncoder | undefined;
  for await (const line of linesOf(source)) {
    const role = walker.next(line);
    if (role.kind === 'part') {
      const encoding = plan.get(role.part.index);
      encoder = encoding === undefined ? undefined : encoding === 'base64' ? base64() : quotedPrintable();
      for (const field of withEncoding(role.part, encoding)) batch.add(field);
      batch.add(line);
    } else if (role.kind === 'body' && encoder) {
      batch.add(encoder.line(line));
    } else if (role.kind !== 'header') {
      if (encoder) batch.add(encoder.end({ lastLineEndIsFrame: true }));
      encoder = undefined;
      batch.add(line);
    }
    if (batch.isFull) yield batch.take();
  }
  if (encoder) batch.add(encoder.end({ lastLineEndIsFrame: false }));
  yield batch.take();
}

/** The header of a part with its Content-Transfer-Encoding as it is now. */
function withEncoding(part: Part, encoding: string | undefined): readonly (Buffer | string)[] {
  // RFC 2045 6.4: a multipart states the widest encoding within; all within is 7-bit now.
  const now = encoding ?? (part.encoding === '8bit' || part.encoding === 'binary' ? '7bit' : undefined);
  if (now === undefined) return part.header;
  const fields: (Buffer | string)[] = [];
  let dropping = false;
  for (const line of part.header) {
    const continues = line[0] === 0x20 || line[0] === 0x09;
    if (!continues) dropping = /^content-transfer-encoding[ \t]*:/i.test(line.toString('latin1'));
    if (!dropping) fields.push(line);
  }
  return [...fields, `Content-Transfer-Encoding: ${now}\r\n`];
}

function isMimeVersion(line: Buffer): boolean {
  return /^mime-version[ \t]*:/i.test(line.toString('latin1'));
}

function hasEightBit(line: Buffer): boolean {
  for (const octet of line) if (octet > 127) return true;
  return false;
}

/** Lines gathered into chunks that are worth a write. */
class Batch {
  #pieces: (Buffer | string)[] = [];
  #bytes = 0;

  get isFull(): boolean {
    return this.#bytes >= 32 * 1024;
  }

  add(piece: Buffer | string): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  take(): Buffer {
    const chunk = Buffer.concat(
      this.#pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
    );
    this.#pieces = [];
    this.#bytes = 0;
    return chunk;
  }
}
