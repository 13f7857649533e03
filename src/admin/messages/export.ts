/** Lists of messages as files: made page by page, so that a million of them take no memory. */
import type { MessageSummary } from '../../../contract/schemas.ts';
import type { MessageQuery, Store } from '../../store/store.ts';
import { messageSummary } from '../views.ts';

const pageItems = 500;

/** Recipients of one message; a cell of that many fits into memory, and `recipientCount` tells of more. */
const recipientsMax = 1_000;

const columns: readonly (readonly [string, (row: MessageSummary) => string])[] = [
  ['id', ({ id }) => id],
  ['accepted', ({ at }) => at],
  ['state', ({ state }) => state],
  ['result', ({ result }) => result ?? ''],
  ['source', ({ source }) => source ?? ''],
  ['sender', ({ sender }) => sender],
  ['recipients', ({ recipients }) => recipients.join(' ')],
  ['recipientCount', ({ recipientCount }) => String(recipientCount)],
  ['subject', ({ subject }) => subject ?? ''],
  ['bytes', ({ bytes }) => String(bytes)],
  ['attempts', ({ attempts }) => String(attempts)],
  ['last', ({ last }) => last ?? ''],
];

/** RFC 4180, with a head line. */
export async function* asCsv(store: Store, query: Omit<MessageQuery, 'limit'>): AsyncGenerator<string> {
  yield csvLine(columns.map(([title]) => title));
  for await (const rows of pages(store, query)) {
    yield rows.map((row) => csvLine(columns.map(([, value]) => value(row)))).join('');
  }
}

/** One JSON object a line. */
export async function* asNdjson(store: Store, query: Omit<MessageQuery, 'limit'>): AsyncGenerator<string> {
  for await (const rows of pages(store, query)) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** One JSON array (RFC 8259); an export that broke off is no valid document. */
export async function* asJson(store: Store, query: Omit<MessageQuery, 'limit'>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const rows of pages(store, query)) {
    yield before + rows.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  // Without any row the bracket is still to be opened.
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** By the name of the format. */
export const exports = {
  csv: { write: asCsv, contentType: 'text/csv; charset=utf-8; header=present' },
  json: { write: asJson, contentType: 'application/json; charset=utf-8' },
  ndjson: { write: asNdjson, contentType: 'application/x-ndjson; charset=utf-8' },
} as const;

async function* pages(
  store: Store,
  query: Omit<MessageQuery, 'limit'>,
): AsyncGenerator<readonly MessageSummary[]> {
  let cursor: string | undefined;
  do {
    const page = await store.list({
      ...query,
      limit: pageItems,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.items.length > 0) yield page.items.map((message) => messageSummary(message, recipientsMax));
    cursor = page.cursor;
  } while (cursor !== undefined);
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * A cell that a spreadsheet would take for a formula (it begins with = + - @, or with a tab or line end before them) is
 * marked as text by a quote (https://owasp.org/www-community/attacks/CSV_Injection).
 */
function csvCell(value: string): string {
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
