import { describe, expect, it } from 'vitest';
import { scanPdf, textPdf } from './pdf.ts';

/** Reads a PDF the way ISO 32000-1 7.5 tells a reader to: from its end, by the cross-reference table. */
function objectsOf(pdf: Buffer): string[] {
  const text = pdf.toString('latin1');
  const tableAt = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const table = text.slice(tableAt);
  const count = Number(/^xref\n0 (\d+)\n/.exec(table)?.[1]);
  const first = table.indexOf('\n', 5) + 1;
  return Array.from({ length: count - 1 }, (_, index) => {
    const entry = table.slice(first + (index + 1) * 20, first + (index + 2) * 20);
    expect(entry).toMatch(/^\d{10} 00000 n \n$/);
    const at = Number(entry.slice(0, 10));
    const object = text.slice(at, text.indexOf('\nendobj\n', at));
    expect(object).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    return object;
  });
}

describe('PDF of the samples', () => {
  it.each([
    ['a page of text', textPdf('Hello'), '(Hello) Tj'],
    ['a scan', scanPdf(10, 20), '/Width 10 /Height 20'],
  ])('%s is reached through its cross-reference table', (_name, pdf, expected) => {
    expect(pdf.toString('latin1', 0, 8)).toBe('%PDF-1.4');
    const objects = objectsOf(pdf);
    expect(objects.join('\n')).toContain(expected);
    for (const object of objects) {
      const length = /\/Length (\d+) >>\nstream\n/.exec(object);
      if (length === null) continue;
      const start = length.index + length[0].length;
      expect(object.slice(start + Number(length[1]))).toBe('\nendstream');
    }
  });
});
