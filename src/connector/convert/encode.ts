/** Encoders of RFC 2045 for a body that comes line by line. */

export interface BodyEncoder {
  /** A line with its CR LF. */
  line(line: Buffer): string;
  /** The end of the body; what follows begins on a line of its own. */
  end(options: { readonly lastLineEndIsFrame: boolean }): string;
}

/** RFC 2045 6.7, for text: lines stay lines. */
export function quotedPrintable(): BodyEncoder {
  return { line: quotedPrintableLine, end: () => '' };
}

const lineCharactersMax = 76;

function quotedPrintableLine(line: Buffer): string {
  const hasEnd = line.length >= 2 && line[line.length - 2] === 0x0d && line[line.length - 1] === 0x0a;
  const length = hasEnd ? line.length - 2 : line.length;
  let out = '';
  let column = 0;
  for (let at = 0; at < length; at += 1) {
    const octet = line[at] ?? 0;
    const token = isLiteral(octet, at === length - 1) ? String.fromCharCode(octet) : escaped(octet);
    // One column is kept for the "=" of a soft line break.
    if (column + token.length > lineCharactersMax - 1) {
      out += '=\r\n';
      column = 0;
    }
    out += token;
    column += token.length;
  }
  return hasEnd ? `${out}\r\n` : out;
}

function isLiteral(octet: number, isLast: boolean): boolean {
  // RFC 2045 6.7 (3): white space may not end a line.
  if (octet === 0x20 || octet === 0x09) return !isLast;
  return octet >= 0x21 && octet <= 0x7e && octet !== 0x3d;
}

function escaped(octet: number): string {
  return `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** 57 octets make a line of 76 characters, RFC 2045 6.8. */
const octetsPerLine = 57;

/** RFC 2045 6.8, for everything else: octets stay octets. */
export function base64(): BodyEncoder {
  let rest = Buffer.alloc(0);
  const take = (octets: Buffer): string => {
    rest = Buffer.concat([rest, octets]);
    let out = '';
    let at = 0;
    // The last line end may belong to the delimiter, so two octets stay back.
    for (; rest.length - at >= octetsPerLine + 2; at += octetsPerLine) {
      out += `${rest.toString('base64', at, at + octetsPerLine)}\r\n`;
    }
    rest = rest.subarray(at);
    return out;
  };
  return {
    line: take,
    end({ lastLineEndIsFrame }) {
      const whole =
        lastLineEndIsFrame && rest.subarray(-2).equals(Buffer.from('\r\n')) ? rest.subarray(0, -2) : rest;
      let out = '';
      for (let at = 0; at < whole.length; at += octetsPerLine) {
        out += `${whole.toString('base64', at, at + octetsPerLine)}\r\n`;
      }
      return out;
    },
  };
}
