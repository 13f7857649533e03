/** A small valid PDF (ISO 32000-1 7.5), written by hand: one page with a line of text, or a grey picture as scanners send it. */

/** One A4 page that says `text` (ASCII, no parentheses or backslashes). */
export function textPdf(text: string): Buffer {
  const stream = Buffer.from(`BT /F1 24 Tf 72 760 Td (${text}) Tj ET`, 'latin1');
  return assemble([
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    ),
    streamObject('', stream),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'),
  ]);
}

/** One page with an uncompressed 8-bit grey picture of `width` × `height` points, grained like paper. */
export function scanPdf(width: number, height: number): Buffer {
  const place = Buffer.from('q 595 0 0 842 0 0 cm /I1 Do Q', 'latin1');
  const picture = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 `;
  return assemble([
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I1 5 0 R >> >> >>',
    ),
    streamObject('', place),
    streamObject(picture, grain(width * height)),
  ]);
}

function streamObject(entries: string, stream: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${entries}/Length ${stream.length} >>\nstream\n`),
    stream,
    Buffer.from('\nendstream'),
  ]);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
  let at = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(at);
    at += whole.length;
    parts.push(whole);
  }
  // 7.5.4: each entry is exactly twenty octets.
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** Light grey noise, the same in every run: a 32-bit xorshift (Marsaglia 2003). */
function grain(bytes: number): Buffer {
  const picture = Buffer.allocUnsafe(bytes);
  let state = 0x9e3779b9;
  for (let at = 0; at < bytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    picture[at] = 0xe0 | (state & 0x1f);
  }
  return picture;
}
