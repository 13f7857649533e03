import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineEndRepair } from './line-end-repair.ts';
import { OverlongLineRepair } from './overlong-lines.ts';

interface Repair {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

function repaired(repair: Repair, content: Buffer, cuts: readonly number[] = []): string {
  const points = [0, ...cuts.filter((cut) => cut < content.length).sort((a, b) => a - b), content.length];
  const chunks = points.slice(1).map((end, index) => content.subarray(points[index], end));
  return Buffer.concat([...chunks.map((chunk) => repair.push(chunk)), repair.end()]).toString('latin1');
}

test.each([
  ['CRLF stays', 'a\r\nb\r\n', 'a\r\nb\r\n', 0],
  ['LF becomes CRLF', 'a\nb\n', 'a\r\nb\r\n', 2],
  ['CR becomes CRLF', 'a\rb\r', 'a\r\nb\r\n', 2],
  ['CR CR LF is one line end written twice through a translating file', 'a\r\r\nb', 'a\r\nb', 1],
  ['LF CR is two line ends', 'a\n\rb', 'a\r\n\r\nb', 2],
  ['an empty line of LFs stays an empty line', 'a\n\nb', 'a\r\n\r\nb', 2],
  ['NUL and 8-bit octets are not line ends', 'a\0\xe9\n', 'a\0\xe9\r\n', 1],
])('line ends: %s', (_, given, expected, changed) => {
  const repair = new LineEndRepair();
  expect(repaired(repair, Buffer.from(given, 'latin1'))).toBe(expected);
  expect(repair.changed).toBe(changed);
});

test('line ends: clean content is passed on without a copy', () => {
  const chunk = Buffer.from('a\r\nb\r\n');
  expect(new LineEndRepair().push(chunk)).toBe(chunk);
});

test('line ends: any split gives the same, and the result has CRLF only', () => {
  const text = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'é'), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(80)), (parts, cuts) => {
      const content = Buffer.from(parts.join(''));
      const whole = repaired(new LineEndRepair(), content);
      expect(repaired(new LineEndRepair(), content, cuts)).toBe(whole);
      expect(whole).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      expect(whole.replaceAll('\r\n', '')).toBe(content.toString('latin1').replaceAll(/[\r\n]/g, ''));
    }),
    { numRuns: 2000 },
  );
});

test('line ends: a run of a million CRs grows no memory beyond its own line ends', () => {
  const repair = new LineEndRepair();
  expect(repaired(repair, Buffer.alloc(1_000_000, '\r')).length).toBe(2_000_000);
});

test.each([
  ['998 octets are allowed (RFC 5322 2.1.1)', 'a'.repeat(998), ['a'.repeat(998)]],
  ['999 without a blank break at 998', 'a'.repeat(999), ['a'.repeat(998), 'a']],
  [
    'a blank within is the better place',
    `${'a'.repeat(500)} ${'b'.repeat(600)}`,
    [`${'a'.repeat(500)} `, 'b'.repeat(600)],
  ],
  ['three lines of one', 'a'.repeat(2500), ['a'.repeat(998), 'a'.repeat(998), 'a'.repeat(504)]],
])('overlong lines: %s', (_, line, expected) => {
  const content = Buffer.from(`before\r\n${line}\r\nafter\r\n`);
  expect(repaired(new OverlongLineRepair(), content)).toBe(['before', ...expected, 'after', ''].join('\r\n'));
});

test('overlong lines: no UTF-8 character is cut', () => {
  for (const [character, shift] of [
    ['é', 1],
    ['€', 1],
    ['€', 2],
    ['😀', 1],
    ['😀', 3],
  ] as const) {
    const content = Buffer.from('x'.repeat(shift) + character.repeat(600));
    const lines = repaired(new OverlongLineRepair(), content).split('\r\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(998);
      expect(Buffer.from(line, 'latin1').toString('utf8')).not.toContain('\ufffd');
    }
  }
});

test('overlong lines: any split gives the same; only line ends are added', () => {
  const piece = fc.tuple(fc.constantFrom('a', ' ', 'é', '\t', '\r\n'), fc.integer({ min: 1, max: 1200 }));
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(fc.nat(4000), { maxLength: 8 }),
      (pieces, cuts) => {
        const content = Buffer.from(pieces.map(([text, count]) => text.repeat(count)).join(''));
        const whole = repaired(new OverlongLineRepair(), content);
        expect(repaired(new OverlongLineRepair(), content, cuts)).toBe(whole);
        expect(Math.max(...whole.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
        expect(whole.replaceAll('\r\n', '')).toBe(content.toString('latin1').replaceAll('\r\n', ''));
      },
    ),
    { numRuns: 500 },
  );
});
