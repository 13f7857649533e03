/** Writing to the terminal. What comes from mail is made printable first. */
import { styleText } from 'node:util';
import type { FindingsView } from '../../contract/schemas.ts';
import { findingText } from '../config/finding.ts';
import { printable } from '../observe/printable.ts';

export { countOf, formatBytes } from '../platform/words.ts';

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  /** Widest that the column may become; the rest is cut with an ellipsis. */
  readonly widthMax?: number;
}

export function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function writeJson(value: unknown): void {
  write(JSON.stringify(value, undefined, 2));
}

/** Rows under their titles, columns aligned; `none` where there is no row. */
export function writeTable<T>(rows: readonly T[], columns: readonly Column<T>[], none: string): void {
  if (rows.length === 0) {
    write(none);
    return;
  }
  const cells = rows.map((row) =>
    columns.map(({ value, widthMax }) => cut(printable(value(row)), widthMax ?? Number.POSITIVE_INFINITY)),
  );
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (values: readonly string[]) =>
    values
      .map((value, index) => value.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  write(styleText('bold', line(columns.map(({ title }) => title))));
  for (const row of cells) write(line(row));
}

function cut(text: string, widthMax: number): string {
  return text.length > widthMax ? `${text.slice(0, widthMax - 1)}…` : text;
}

/** Local time without fractions, as a person reads it: `2026-11-23 08:00:00`. */
export function formatTime(moment: string): string {
  const at = new Date(moment);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `policy.yaml:3:16: sources[0].networks[0]: …`; the relay does not tell the name of the file, so it is given. */
export function formatFindingView(finding: FindingsView['findings'][number], file?: string): string {
  const { severity, line, column, path, message, expected } = finding;
  const at = line === undefined ? undefined : `${line}:${column ?? 1}`;
  const place = file === undefined ? at && `line ${at}` : [file, at].filter(Boolean).join(':');
  const parts = [place, severity === 'error' ? undefined : severity, path];
  return [...parts.filter(Boolean), findingText({ message, expected: expected ?? '' })].join(': ');
}

/** `<>` for the null sender. */
export function formatSender(sender: string): string {
  return sender === '' ? '<>' : sender;
}

/** `value` as JSON where that is asked for, else what `say` writes of it. */
export function answer<T>(options: { readonly json?: boolean }, value: T, say: (value: T) => void): void {
  if (options.json === true) writeJson(value);
  else say(value);
}

/** Lines of somebody else, each made printable. */
export function writeLines(text: string): void {
  for (const line of text.split(/\r\n|\r|\n/)) write(printable(line));
}
