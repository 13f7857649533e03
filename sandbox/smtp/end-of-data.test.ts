import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { EndOfData } from './end-of-data.ts';

/** Feeds `wire` cut at the given sizes; the content, and what follows the end (`undefined`: no end seen). */
function read(wire: string, sizes: readonly number[]): { content: string; rest: string | undefined } {
  const reader = new EndOfData();
  let left = Buffer.from(wire, 'latin1');
  let content = '';
  for (let at = 0; left.length > 0; at += 1) {
    const step = reader.push(left.subarray(0, sizes[at % sizes.length]));
    left = left.subarray(sizes[at % sizes.length]);
    content += Buffer.concat(step.content).toString('latin1');
    if (step.done) return { content, rest: Buffer.concat([step.rest, left]).toString('latin1') };
  }
  return { content, rest: undefined };
}

const cases: readonly (readonly [why: string, wire: string, content: string, rest: string | undefined])[] = [
  ['an empty content', '.\r\n', '', ''],
  ['one line', 'a\r\n.\r\n', 'a\r\n', ''],
  ['commands may follow the end', 'a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
  ['a stuffed dot on the first line', '.a\r\n.\r\n', 'a\r\n', ''],
  ['a line of one dot', '..\r\n.\r\n', '.\r\n', ''],
  ['dots in a row', '....\r\n..\r\n.\r\n', '...\r\n.\r\n', ''],
  ['a dot inside a line', 'a.b\r\n.\r\n', 'a.b\r\n', ''],
  ['empty lines before the end', '\r\n\r\n.\r\n', '\r\n\r\n', ''],
  ['LF . LF does not end it', 'a\n.\nb\r\n.\r\n', 'a\n.\nb\r\n', ''],
  ['LF . CR LF does not end it', 'a\n.\r\nb\r\n.\r\n', 'a\n.\r\nb\r\n', ''],
  ['CR LF . LF does not end it, and the dot was stuffing', 'a\r\n.\nb\r\n.\r\n', 'a\r\n\nb\r\n', ''],
  ['CR LF . CR does not end it', 'a\r\n.\rb\r\n.\r\n', 'a\r\n\rb\r\n', ''],
  ['CR . CR LF does not end it', 'a\r.\r\nb\r\n.\r\n', 'a\r.\r\nb\r\n', ''],
  ['CR CR LF . CR LF ends it', 'a\r\r\n.\r\n', 'a\r\r\n', ''],
];

describe('the end of DATA (RFC 5321 4.5.2)', () => {
  it.each(cases)('%s', (_why, wire, content, rest) => {
    for (const size of [1, 2, 3, 4, 5, 7, 1000]) expect(read(wire, [size])).toEqual({ content, rest });
  });

  it('gives back what was stuffed, however it is cut', () => {
    const piece = fc.constantFrom('.', '\r\n', '\r', '\n', 'a', '..', '\r\n.');
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        (pieces, sizes) => {
          const content = `${pieces.join('')}\r\n`;
          // RFC 5321 4.5.2: what the client does.
          const stuffed = content.replaceAll(/(^|\r\n)\./g, '$1..');
          expect(read(`${stuffed}.\r\nrest`, sizes)).toEqual({ content, rest: 'rest' });
        },
      ),
    );
  });
});
