/** Tables as text: RFC 4180, with what spreadsheets do to it. Pure. */

/** Characters with which a spreadsheet takes a cell for a formula (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r]/;
/** Rows and cells that a table may have. */
export const rowsMax = 20_000;
const cellsMax = 100;

/** A leading apostrophe makes a spreadsheet show the cell as text; `readCsv` takes it away again. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const safe = formula.test(text) || text.startsWith("'") ? `'${text}` : text;
  return /[",;\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export type CsvTable =
  | { readonly ok: true; readonly rows: readonly (readonly string[])[] }
  | { readonly ok: false; readonly row: number; readonly reason: string };

/** Separated by comma, or by semicolon or tab where the first line has more of these. */
export function readCsv(text: string): CsvTable {
  const given = text.startsWith('\ufeff') ? text.slice(1) : text;
  const separator = separatorOf(given);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < given.length) {
    const read = given[at] === '"' ? quoted(given, at) : bare(given, at, separator);
    if (read === undefined) return { ok: false, row: rows.length + 1, reason: 'a quote is not closed' };
    row.push(asWritten(read.text));
    if (row.length > cellsMax)
      return { ok: false, row: rows.length + 1, reason: `more than ${cellsMax} cells` };
    at = read.end;
    if (given[at] === separator) {
      at += 1;
      if (at < given.length && !isLineEnd(given, at)) continue;
      row.push('');
    } else if (at < given.length && !isLineEnd(given, at)) {
      return { ok: false, row: rows.length + 1, reason: 'text stands after a closing quote' };
    }
    at += given.startsWith('\r\n', at) ? 2 : 1;
    if (row.some((one) => one !== '')) rows.push(row);
    row = [];
    if (rows.length > rowsMax) return { ok: false, row: rows.length, reason: `more than ${rowsMax} rows` };
  }
  return { ok: true, rows };
}

function separatorOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counts = [',', ';', '\t'].map((one) => ({ one, count: line.split(one).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).one;
}

function quoted(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let end = start + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) return undefined;
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  return { text: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 };
}

function bare(
  text: string,
  start: number,
  separator: string,
): { readonly text: string; readonly end: number } {
  let end = start;
  while (end < text.length && text[end] !== separator && !isLineEnd(text, end)) end += 1;
  return { text: text.slice(start, end).trim(), end };
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

function asWritten(text: string): string {
  return text.startsWith("'") && (formula.test(text.slice(1)) || text.startsWith("''"))
    ? text.slice(1)
    : text;
}
