import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCsv, readCsv } from './csv-text.ts';

test('what is written is read back, whatever the cells hold', () => {
  const word = fc.string({ minLength: 1 }).filter((text) => text !== '\ufeff' && !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constant('name'), word, word), { minLength: 1 }), (rows) => {
      const table = readCsv(formatCsv(rows));
      expect(table).toEqual({ ok: true, rows });
    }),
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('a spreadsheet takes %j for no formula', (text) => {
  expect(formatCsv([[text]])).toMatch(/^"?'/);
  expect(readCsv(formatCsv([[text]]))).toEqual({ ok: true, rows: [[text]] });
});

test('semicolons, tabs, a byte order mark and bare line feeds are read as spreadsheets write them', () => {
  const rows = [
    ['name', 'owner'],
    ['a', 'x, y'],
  ];
  expect(readCsv('\ufeffname;owner\na;x, y')).toEqual({ ok: true, rows });
  expect(readCsv('name\towner\r\na\tx, y\r\n')).toEqual({ ok: true, rows });
});

test('an open quote, text after a quote and far too many cells are faults with their row', () => {
  expect(readCsv('a,b\n"x,y\n')).toMatchObject({ ok: false, row: 2 });
  expect(readCsv('a,b\n"x"y,z\n')).toMatchObject({ ok: false, row: 2 });
  expect(readCsv(','.repeat(200))).toMatchObject({ ok: false, row: 1 });
});
