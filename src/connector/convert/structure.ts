/**
 * Walks the MIME structure of content line by line (RFC 2045, RFC 2046): what each line belongs to. Iterative and
 * bounded in depth, parts and header size; the content is not trusted.
 */

export const depthMax = 20;
export const partsMax = 1_000;
export const partHeaderBytesMax = 256 * 1024;

/** Structure that cannot be followed; the words say why. */
export class UnknownStructure extends Error {
  override readonly name = 'UnknownStructure';
}

export interface Part {
  /** Number of the part in the order of the content; 0 is the message itself. */
  readonly index: number;
  /** `text/plain`, lower case. */
  readonly type: string;
  /** Content-Transfer-Encoding, lower case; `7bit` where none is given (RFC 2045 6.1). */
  readonly encoding: string;
  readonly isMultipart: boolean;
  /** Field lines as they stand, the empty line not included. */
  readonly header: readonly Buffer[];
}

export type LineRole =
  /** Collected; it comes back with `part`. */
  | { readonly kind: 'header' }
  /** The empty line behind a header. */
  | {
      readonly kind: 'part';
      readonly part: Part;
      /** Index of the multipart that holds it; absent for the message itself. */
      readonly parent: number | undefined;
    }
  | { readonly kind: 'body'; readonly part: Part }
  /** A delimiter, or text before the first or behind the last one. */
  | { readonly kind: 'frame' };

interface Level {
  /** Of the multipart. */
  readonly index: number;
  readonly boundary: Buffer;
  readonly isDigest: boolean;
}

export class StructureWalker {
  readonly #levels: Level[] = [];
  #header: Buffer[] | undefined = [];
  #headerBytes = 0;
  #part: Part | undefined;
  #parts = 0;

  /** The line with its CR LF. Throws `UnknownStructure`. */
  next(line: Buffer): LineRole {
    const depth = this.#delimiterDepth(line);
    if (depth >= 0) {
      if (this.#header) throw new UnknownStructure('a part ends within its header');
      this.#enter(depth, line);
      return { kind: 'frame' };
    }
    if (this.#header) return this.#readHeader(line, this.#header);
    return this.#part ? { kind: 'body', part: this.#part } : { kind: 'frame' };
  }

  #readHeader(line: Buffer, header: Buffer[]): LineRole {
    if (line.length > 2 || line.toString('latin1') !== '\r\n') {
      this.#headerBytes += line.length;
      if (this.#headerBytes > partHeaderBytesMax) throw new UnknownStructure('a header is too large');
      header.push(line);
      return { kind: 'header' };
    }
    const parent = this.#levels.at(-1)?.index;
    const part = this.#readPart(header);
    this.#header = undefined;
    this.#part = part.isMultipart ? undefined : part;
    return { kind: 'part', part, parent };
  }

  #readPart(header: readonly Buffer[]): Part {
    const fields = unfolded(header);
    const parent = this.#levels.at(-1);
    const contentType =
      valueOf(fields, 'content-type') ?? (parent?.isDigest ? 'message/rfc822' : 'text/plain');
    const type = /^\s*([^\s;()]+\/[^\s;()]+)/.exec(contentType)?.[1]?.toLowerCase() ?? 'text/plain';
    const given = valueOf(fields, 'content-transfer-encoding') ?? '7bit';
    const part: Part = {
      index: this.#parts,
      type,
      encoding: given
        .replaceAll(/\([^)]*\)/g, '')
        .trim()
        .toLowerCase(),
      isMultipart: type.startsWith('multipart/'),
      header,
    };
    this.#parts += 1;
    if (this.#parts > partsMax) throw new UnknownStructure(`more than ${partsMax} parts`);
    if (part.isMultipart) this.#descend(part.index, contentType);
    return part;
  }

  #descend(index: number, contentType: string): void {
    // RFC 2046 5.1.1: a boundary is 1 to 70 characters, quoted or a token.
    const match = /;\s*boundary\s*=\s*(?:"([^"\\]{1,70})"|([^\s";]{1,70}))/i.exec(contentType);
    const boundary = match?.[1] ?? match?.[2];
    if (boundary === undefined) throw new UnknownStructure('a multipart without a boundary that can be read');
    if (this.#levels.length >= depthMax) throw new UnknownStructure(`parts more than ${depthMax} deep`);
    this.#levels.push({
      boundary: Buffer.from(`--${boundary}`, 'latin1'),
      isDigest: /^\s*multipart\/digest\b/i.test(contentType),
      index,
    });
  }

  /** RFC 2046 5.1.2: the delimiter of an outer part ends the inner ones too. */
  #delimiterDepth(line: Buffer): number {
    if (line[0] !== 0x2d || line[1] !== 0x2d) return -1;
    for (let depth = this.#levels.length - 1; depth >= 0; depth -= 1) {
      const boundary = this.#levels[depth]?.boundary;
      if (boundary && isDelimiter(line, boundary)) return depth;
    }
    return -1;
  }

  #enter(depth: number, line: Buffer): void {
    const boundary = this.#levels[depth]?.boundary.length ?? 0;
    const closes = line[boundary] === 0x2d && line[boundary + 1] === 0x2d;
    this.#levels.length = closes ? depth : depth + 1;
    this.#part = undefined;
    this.#header = closes ? undefined : [];
    this.#headerBytes = 0;
  }
}

function isDelimiter(line: Buffer, boundary: Buffer): boolean {
  if (!line.subarray(0, boundary.length).equals(boundary)) return false;
  return /^(?:--)?[ \t]*(?:\r\n)?$/.test(line.toString('latin1', boundary.length));
}

/** Fields in one line each, RFC 5322 2.2.3. */
function unfolded(header: readonly Buffer[]): readonly string[] {
  const fields: string[] = [];
  for (const line of header) {
    const text = line.toString('latin1').replace(/\r\n$/, '');
    const last = fields.length - 1;
    if (/^[ \t]/.test(text) && last >= 0) fields[last] += text;
    else fields.push(text);
  }
  return fields;
}

function valueOf(fields: readonly string[], name: string): string | undefined {
  for (const field of fields) {
    const colon = field.indexOf(':');
    if (colon > 0 && field.slice(0, colon).trimEnd().toLowerCase() === name) return field.slice(colon + 1);
  }
  return undefined;
}
