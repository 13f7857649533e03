/** Lines of content that arrives in chunks, with their CR LF, in bounded memory. */

/** Octets of one line; RFC 5321 4.5.3.1.6 allows 1000, and what is far beyond is not text. */
export const contentLineBytesMax = 64 * 1024;

export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** Throws `LineTooLong`. The last line may lack its CR LF. */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    const octets = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = octets.indexOf('\r\n'); end >= 0; end = octets.indexOf('\r\n', start)) {
      yield octets.subarray(start, end + 2);
      start = end + 2;
    }
    rest = octets.subarray(start);
    if (rest.length > contentLineBytesMax)
      throw new LineTooLong(`a line of more than ${contentLineBytesMax} octets`);
  }
  if (rest.length > 0) yield rest;
}
