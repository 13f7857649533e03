/** Text for people: coloured on a terminal, plain in a pipe or under NO_COLOR. */
import { styleText } from 'node:util';

export type Output = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };
export type Style = Parameters<typeof styleText>[0];

export function paint(style: Style, text: string, output: Output): string {
  // styleText knows NO_COLOR, FORCE_COLOR and terminals; a plain object with write() gets no colours.
  if (output !== process.stdout && output !== process.stderr) return text;
  return styleText(style, text, { stream: output as NodeJS.WriteStream });
}

export function heading(text: string, output: Output): string {
  return `\n${paint('bold', text, output)}`;
}

/** Names and values in two columns. */
export function list(rows: readonly (readonly [name: string, value: string])[], output: Output): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${paint('dim', name.padEnd(width), output)}  ${value}\n`).join('');
}

export interface Cell {
  readonly text: string;
  readonly style?: Style;
  readonly align?: 'right';
}

/** Columns as wide as their widest cell, two blanks apart. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], output: Output): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.text.length ?? 0)),
  );
  const fit = (cell: Cell, column: number): string => {
    const width = widths[column] ?? 0;
    const padded = cell.align === 'right' ? cell.text.padStart(width) : cell.text.padEnd(width);
    return cell.style === undefined ? padded : paint(cell.style, padded, output);
  };
  const first = rows[0] ?? [];
  const titles = head.map((text, column) => {
    const align = first[column]?.align;
    return fit({ text, style: 'dim', ...(align && { align }) }, column);
  });
  const lines = [titles, ...rows.map((row) => row.map(fit))];
  return lines.map((cells) => `  ${cells.join('  ').trimEnd()}\n`).join('');
}

/** `129 B`, `1.4 kB`, `25.0 MB`: decimal, as people name the size of a scan. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `12 ms`, `1.32 s`. */
export function formatTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
