/** Files that the Microsoft 365 side wrote: each is known by what is in it. */
import type { Bounce } from '../../diagnostics/explainer/bounce.ts';
import { looksLikeMail, readBounce } from '../../diagnostics/explainer/bounce.ts';
import type { TraceRow } from '../../diagnostics/arrival/trace-row.ts';
import { objectsIn } from '../../diagnostics/microsoft365/powershell-files.ts';
import { traceRowsOf } from '../../diagnostics/arrival/trace-row.ts';
import { inThread } from '../../platform/one-shot-thread.ts';
import { Problem } from '../problem.ts';
import { readCsv } from '../sources/csv-text.ts';

export interface ReadFiles {
  readonly rows: readonly TraceRow[];
  readonly bounces: readonly Bounce[];
  readonly isCut: boolean;
}

export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

export type ReadResult =
  | ({ readonly kind: 'read' } & ReadFiles)
  | { readonly kind: 'problem'; readonly title: string; readonly detail: string };

const readMs = 20_000;
const heapMiB = 512;
let isBusy = false;

/** Reads in a thread: some megabytes of tables and mails from elsewhere. Throws a Problem that names the file. */
export async function readFilesAside(files: readonly GivenFile[]): Promise<ReadFiles> {
  if (isBusy) throw new Problem(409, 'Not possible now', 'other files are being read: try again in a moment');
  isBusy = true;
  try {
    const module = new URL('./files-thread', import.meta.url);
    const read = await inThread<ReadResult>({ module, data: files, timeoutMs: readMs, heapMiB }).catch(
      (error: Error) => {
        throw new Problem(400, 'These files cannot be read', `${error.message}: give fewer at a time`);
      },
    );
    if (read.kind === 'problem') throw new Problem(400, read.title, read.detail);
    return read;
  } finally {
    isBusy = false;
  }
}

/** Throws a Problem that names the file. */
export async function readFiles(files: readonly GivenFile[]): Promise<ReadFiles> {
  const rows: TraceRow[] = [];
  const bounces: Bounce[] = [];
  let isCut = false;
  for (const { name, text } of files) {
    const given = text.replace(/^\uFEFF/, '');
    if (looksLikeMail(given)) {
      const bounce = await readBounce(given);
      if (!bounce)
        throw new Problem(400, 'Not a returned message', `${name} is a mail without a delivery report`);
      bounces.push(bounce);
      continue;
    }
    const read = traceRowsOf(/^\s*[[{]/.test(given) ? ofJson(name, given) : ofCsv(name, given));
    if (read.kind === 'unknown') throw new Problem(400, 'Not a message trace', `${name}: ${read.reason}`);
    rows.push(...read.rows);
    isCut ||= read.isCut;
  }
  return { rows, bounces, isCut };
}

function ofJson(name: string, text: string): readonly unknown[] {
  try {
    return objectsIn(text);
  } catch (error) {
    throw new Problem(400, 'Not a message trace', `${name} is not JSON: ${(error as Error).message}`);
  }
}

function ofCsv(name: string, text: string): readonly unknown[] {
  // Export-Csv of Windows PowerShell begins with "#TYPE …".
  const table = readCsv(text.replace(/^#TYPE[^\n]*\n/, ''));
  if (!table.ok) throw new Problem(400, 'Not a message trace', `${name}, row ${table.row}: ${table.reason}`);
  const [titles = [], ...lines] = table.rows;
  return lines.map((line) =>
    Object.fromEntries(titles.map((title, index) => [title.trim(), line[index] ?? ''])),
  );
}
