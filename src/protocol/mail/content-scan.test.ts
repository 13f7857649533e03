import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContentScanner } from './content-scan.ts';

/** The definition, octet by octet over the whole content. */
function plainScan(content: Buffer) {
  const text = content.toString('latin1');
  const bareCr = /\r(?!\n)/.exec(text)?.index ?? Infinity;
  const bareLf = /(?<!\r)\n/.exec(text)?.index ?? Infinity;
  const nul = text.includes('\0') ? text.indexOf('\0') : Infinity;
  const first = Math.min(bareCr, bareLf, nul);
  return {
    bareCr: bareCr !== Infinity,
    bareLf: bareLf !== Infinity,
    nul: nul !== Infinity,
    eightBit: content.some((octet) => octet >= 0x80),
    longestLine: Math.max(...text.split(/\r?\n/).map((line) => line.length)),
    bytes: content.length,
    faultAt: first === Infinity ? -1 : first,
  };
}

function scanned(chunks: readonly Uint8Array[]) {
  const scanner = new ContentScanner();
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  const { bareCr, bareLf, nul, eightBit, longestLine, bytes, faultAt } = scanner;
  return { bareCr, bareLf, nul, eightBit, longestLine, bytes, faultAt };
}

test.each([
  ['nothing', ''],
  ['one line', 'a\r\n'],
  ['a last line without its end', 'a\r\nbcd'],
  ['bare LF (RFC 5321 2.3.8)', 'aaaa\nb\r\n'],
  ['bare CR', 'aaaa\rb\r\n'],
  ['CR at the very end', 'aaaa\r'],
  ['CR CR LF: the first CR is bare', 'a\r\r\n'],
  ['NUL', 'a\0b\r\n'],
  ['octets beyond ASCII beside a line end', 'aé\r\né'],
  ['tab and other controls are no fault', 'a\tb\u0001\u000b\r\n'],
])('%s', (_, text) => {
  const content = Buffer.from(text);
  expect(scanned([content])).toEqual(plainScan(content));
});

const octet = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0x0d, 0x0a) },
  { weight: 1, arbitrary: fc.constantFrom(0, 9, 13, 10, 14, 0x7f, 0x80, 0xff) },
  { weight: 8, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
);

test('any split, at any alignment, gives what the definition says', () => {
  fc.assert(
    fc.property(
      fc.array(octet, { maxLength: 60 }),
      fc.array(fc.nat(60)),
      fc.nat(3),
      (octets, cuts, shift) => {
        // A shifted view puts the octets at every alignment of the words.
        const backing = new Uint8Array(shift + octets.length);
        backing.set(octets, shift);
        const view = Buffer.from(backing.buffer, shift, octets.length);
        expect(scanned(split(view, cuts))).toEqual(plainScan(view));
      },
    ),
    { numRuns: 3000 },
  );
});

function split(content: Buffer, cuts: readonly number[]): Buffer[] {
  const points = [0, ...cuts.filter((cut) => cut < content.length).sort((a, b) => a - b), content.length];
  return points.slice(1).map((end, index) => content.subarray(points[index], end));
}
