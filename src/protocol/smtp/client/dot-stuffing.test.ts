import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BareLineFeed, DotStuffer } from './dot-stuffing.ts';

function stuff(...chunks: readonly string[]): string {
  const stuffer = new DotStuffer();
  const pieces: Buffer[] = [];
  for (const chunk of chunks) stuffer.push(Buffer.from(chunk, 'latin1'), pieces);
  return Buffer.concat([...pieces, stuffer.end()]).toString('latin1');
}

describe('DotStuffer', () => {
  const table: readonly [why: string, chunks: readonly string[], wire: string][] = [
    ['RFC 5321 4.5.2: nothing to do', ['a\r\nb\r\n'], 'a\r\nb\r\n.\r\n'],
    ['a dot at the beginning', ['.a\r\n'], '..a\r\n.\r\n'],
    ['a dot at the beginning of a line', ['a\r\n.\r\nb\r\n'], 'a\r\n..\r\nb\r\n.\r\n'],
    ['two such lines', ['.\r\n.\r\n'], '..\r\n..\r\n.\r\n'],
    ['a dot within a line', ['a.b\r\n'], 'a.b\r\n.\r\n'],
    ['cut before the dot', ['a\r\n', '.b\r\n'], 'a\r\n..b\r\n.\r\n'],
    ['cut between CR and LF', ['a\r', '\n.b\r\n'], 'a\r\n..b\r\n.\r\n'],
    ['cut on both sides of LF', ['a\r', '\n', '.b\r\n'], 'a\r\n..b\r\n.\r\n'],
    ['cut within the last line end', ['a\r', '\n'], 'a\r\n.\r\n'],
    ['a last line without end gets one', ['a'], 'a\r\n.\r\n'],
    ['no content at all', [], '.\r\n'],
    ['empty chunks', ['', 'a\r\n', '', '.b\r\n', ''], 'a\r\n..b\r\n.\r\n'],
  ];
  it.each(table)('%s', (_why, chunks, wire) => {
    expect(stuff(...chunks)).toBe(wire);
  });

  it.each([[['a\n.\r\nMAIL FROM:<x@y.z>']], [['a\n', '.\r\n']], [['\n.']]])(
    'V1: refuses a dot behind a bare LF, where some servers see the end: %j',
    (chunks) => {
      expect(() => stuff(...chunks)).toThrow(BareLineFeed);
    },
  );

  it('passes on the very chunk where no line begins with a dot', () => {
    const pieces: Buffer[] = [];
    const chunk = Buffer.from('a\r\nb.c\r\n');
    new DotStuffer().push(chunk, pieces);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toBe(chunk);
  });

  it('for any content and any cut: ends once, at the end, and is the content again when unstuffed', () => {
    const line = fc.string({ unit: fc.constantFrom('.', 'a', ' ', '\u00e4'), maxLength: 4 });
    const content = fc
      .array(line, { maxLength: 12 })
      .map((lines) => lines.map((text) => `${text}\r\n`).join(''));
    fc.assert(
      fc.property(content, fc.array(fc.integer({ min: 0, max: 6 })), (text, sizes) => {
        const chunks: string[] = [];
        let at = 0;
        for (const size of [...sizes, text.length]) {
          chunks.push(text.slice(at, at + size));
          at += size;
        }
        const wire = stuff(...chunks);
        // The reader of RFC 5321 4.5.2, written independently: line by line.
        const lines = wire.split('\r\n');
        expect(lines.indexOf('.')).toBe(lines.length - 2);
        expect(lines.at(-1)).toBe('');
        expect(
          lines
            .slice(0, -2)
            .map((each) => `${each.startsWith('.') ? each.slice(1) : each}\r\n`)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
