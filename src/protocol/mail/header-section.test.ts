import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editHeader } from './header-edit.ts';
import type { HeaderSection } from './header-section.ts';
import { headerFieldsMax, lacksHeader, parseHeaderSection } from './header-section.ts';

function parse(text: string): HeaderSection {
  const parsed = parseHeaderSection(Buffer.from(text, 'latin1'));
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind);
  return parsed.header;
}

function read(text: string): [string, string][] {
  const header = parse(text);
  return header.fields.map((field) => [field.name, header.value(field)]);
}

test.each<[string, string, [string, string][]]>([
  ['one field', 'From: a@x\r\n', [['from', 'a@x']]],
  [
    'names without regard to case',
    'FROM: a\r\nfRoM:b\r\n',
    [
      ['from', 'a'],
      ['from', 'b'],
    ],
  ],
  ['a folded field is joined (D9)', 'From:\r\n <a@x>\r\n', [['from', '<a@x>']]],
  ['a fold keeps its blank', 'Subject: a\r\n\tb\r\n', [['subject', 'a\tb']]],
  ['blanks before the colon, RFC 5322 4.5.8 (D9)', 'FROM \t: a@x\r\n', [['from', 'a@x']]],
  ['a fold before the colon is read as some readers do', 'From\r\n : a@x\r\n', [['from', 'a@x']]],
  [
    'no colon: kept without a name',
    'what is this\r\nTo: b\r\n',
    [
      ['', 'what is this'],
      ['to', 'b'],
    ],
  ],
  ['a blank inside the name is no field', 'From me: a\r\n', [['', 'From me: a']]],
  ['nothing before the colon', ': a\r\n', [['', ': a']]],
  ['8-bit name', 'Fr\xe9m: a\r\n', [['', 'Fr\xe9m: a']]],
  [
    'a blank first line belongs to no field',
    ' From: a\r\nTo: b\r\n',
    [
      ['', 'From: a'],
      ['to', 'b'],
    ],
  ],
  ['the last field without its line end', 'To: b', [['to', 'b']]],
  [
    'an empty value',
    'Date:\r\nTo: \r\n',
    [
      ['date', ''],
      ['to', ''],
    ],
  ],
  [
    'a bare LF ends a line for somebody further on',
    'A: 1\nFrom: e@x\r\n',
    [
      ['a', '1'],
      ['from', 'e@x'],
    ],
  ],
  [
    'names that are properties of objects (V9)',
    '__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\nhasOwnProperty: 4\r\n',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
      ['tostring', '3'],
      ['hasownproperty', '4'],
    ],
  ],
])('%s', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('From after 200 other fields is found (D9)', () => {
  const header = parse(`${'X-Filler: some text to fill the place\r\n'.repeat(200)}From: a@x\r\n`);
  expect(header.first('from')).toMatchObject({
    start: 200 * 'X-Filler: some text to fill the place\r\n'.length,
  });
});

test('more fields than the bound are refused, not cut off (V10)', () => {
  const parsed = parseHeaderSection(Buffer.from('X: 1\r\n'.repeat(headerFieldsMax + 1)));
  expect(parsed.kind).toBe('too-many-fields');
});

test('lines without a colon are read in linear time', () => {
  const before = process.cpuUsage();
  expect(parse('no field here\r\n'.repeat(headerFieldsMax)).fields.length).toBe(headerFieldsMax);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
});

test.each([
  ['a header', 'Subject: a\r\n', false],
  ['nothing', '', false],
  ['text', 'The door is open\r\nZone 4\r\n', true],
  ['a field behind a blank', ' Subject: a\r\nTo: b\r\n', true],
  ['a line of blanks', '\t \r\nTo: b\r\n', true],
  ['the From line of a mailbox file', 'From a@x Mon Nov 23\r\nTo: b\r\n', false],
  ['a quoted one', '>From a@x\r\nTo: b\r\n', false],
])('lacksHeader: %s', (_, text, expected) => {
  expect(lacksHeader(parse(text))).toBe(expected);
});

const lines = fc.array(
  fc.constantFrom('From: a', 'X', ' fold', 'B : c', ':', '\r\n', '\n', '\r', 'é', '\0'),
  { maxLength: 30 },
);

test('the ranges in order are the section, whatever it holds', () => {
  fc.assert(
    fc.property(lines, (parts) => {
      const bytes = Buffer.from(parts.join(''));
      const parsed = parseHeaderSection(bytes);
      if (parsed.kind !== 'parsed') throw new Error('small');
      const ranges = parsed.header.fields.map(({ start, end }) => bytes.subarray(start, end));
      expect(Buffer.concat(ranges).equals(bytes)).toBe(true);
      expect(Buffer.concat(editHeader(parsed.header, [], new Map())).equals(bytes)).toBe(true);
    }),
  );
});

test('an edit leaves the other octets where they are', () => {
  const header = parse('A: 1\r\n\tx\r\njunk\r\nB:  2 \r\nC: 3');
  const [a, , b] = header.fields;
  if (!a || !b) throw new Error('fields');
  const changes = new Map([
    [a, null],
    [b, Buffer.from('B: new\r\n')],
  ]);
  const edited = Buffer.concat(editHeader(header, [Buffer.from('Top: 0\r\n')], changes)).toString();
  expect(edited).toBe('Top: 0\r\njunk\r\nB: new\r\nC: 3\r\n');
});
