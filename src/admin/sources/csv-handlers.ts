/** Sources as a table: out, and in with a dry run before. */
import type { CsvResult } from '../../../contract/schemas.ts';
import type { EditedText, PolicyEdit } from '../../config/edit-policy.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { asProblem, changed } from '../policy/edited.ts';
import type { PolicyEditor, TextTools } from '../policy-control.ts';
import type { Entry } from '../policy/entries.ts';
import { Problem } from '../problem.ts';
import { cellOf, columnAt, columnOf, columns, valueOf, withValue } from './csv-columns.ts';
import { formatCsv, readCsv } from './csv-text.ts';

type Row = { readonly name: string; readonly row: number; readonly cells: ReadonlyMap<string, string> };
type RowFinding = CsvResult['findings'][number];

/** Findings that one answer names. */
const findingsMax = 500;

export function csvHandlers(context: AdminContext): Pick<Handlers, 'exportSources' | 'importSources'> {
  const { editing } = context.policies;
  return {
    exportSources() {
      const { sources } = context.policies.document as { readonly sources?: readonly Entry[] };
      const rows = (sources ?? []).map((entry) => columns.map((column) => cellOf(entry, column)));
      return formatCsv([columns.map(({ title }) => title), ...rows]);
    },
    async importSources({ body }, caller) {
      const table = readTable(body.csv);
      const counted = { added: [] as string[], changed: [] as string[], unchanged: [] as string[] };
      const found: RowFinding[] = [...table.findings];
      const editor: PolicyEditor = (text, tools) => edited({ text, tools }, table.rows, counted, found);
      const preview = await editing.preview(editor);
      if (preview.kind !== 'previewed') throw asProblem(preview);
      const findings = [...found, ...placed(preview.findings, table.rows, context, counted.added)];
      const isFaulty = findings.some(({ severity }) => severity === 'error') || !preview.valid;
      const answer = {
        ...counted,
        rows: outcomes(table.rows, counted),
        findings: findings.slice(0, findingsMax),
        diff: [...preview.diff],
        revision: context.policy.current.revision,
        applied: false,
      };
      if (!body.apply || isFaulty) return answer;
      if (preview.diff.length === 0) return { ...answer, applied: true };
      const again = { added: [], changed: [], unchanged: [] };
      const { revision, diff } = changed(
        await editing.edit((text, tools) => edited({ text, tools }, table.rows, again, []), caller.name),
      );
      return { ...answer, applied: true, revision, diff: [...diff] };
    },
  };
}

function outcomes(
  rows: readonly Row[],
  { added, changed: altered }: { readonly added: readonly string[]; readonly changed: readonly string[] },
): CsvResult['rows'] {
  const [isNew, isChanged] = [new Set(added), new Set(altered)];
  return rows.map(({ row, name }) => ({
    row,
    name,
    outcome: isNew.has(name) ? 'added' : isChanged.has(name) ? 'changed' : 'unchanged',
  }));
}

function readTable(csv: string): { readonly rows: readonly Row[]; readonly findings: readonly RowFinding[] } {
  const table = readCsv(csv);
  if (!table.ok) throw new Problem(400, 'This is no table', `row ${table.row}: ${table.reason}`);
  const [titles = [], ...lines] = table.rows;
  const findings: RowFinding[] = [];
  const known = titles.map((title) => columnOf(title));
  for (const [index, title] of titles.entries()) {
    if (known[index]) continue;
    findings.push(
      fault(
        1,
        title,
        `there is no column "${title}"`,
        `one of ${columns.map((one) => one.title).join(', ')}`,
      ),
    );
  }
  if (!known.some((column) => column?.title === 'name')) {
    throw new Problem(
      400,
      'This is no table of sources',
      'the first line must hold the titles, "name" among them',
    );
  }
  const rows = lines.map((line, index) => {
    const cells = new Map(
      known.flatMap((column, at) => (column ? [[column.title, line[at] ?? ''] as const] : [])),
    );
    return { name: cells.get('name') ?? '', row: index + 2, cells };
  });
  const seen = new Map<string, number>();
  for (const { name, row } of rows) {
    const first = seen.get(name);
    if (first !== undefined)
      findings.push(fault(row, 'name', `${name} stands in row ${first} already`, 'one row for each source'));
    else seen.set(name, row);
  }
  return { rows: rows.filter(({ name, row }) => seen.get(name) === row), findings };
}

async function edited(
  { text, tools }: { readonly text: string; readonly tools: TextTools },
  rows: readonly Row[],
  counted: { readonly added: string[]; readonly changed: string[]; readonly unchanged: string[] },
  findings: RowFinding[],
): Promise<EditedText> {
  const edits: PolicyEdit[] = [];
  const entries = await tools.entries(text, 'sources');
  for (const row of rows) {
    const before = entries.get(row.name);
    const entry = entryFrom(row, before ?? { name: row.name }, findings);
    if (before === undefined) counted.added.push(row.name);
    else if (JSON.stringify(before) === JSON.stringify(entry)) {
      counted.unchanged.push(row.name);
      continue;
    } else counted.changed.push(row.name);
    edits.push({ kind: 'put', list: 'sources', ...(before && { name: row.name }), entry });
  }
  return tools.edit(text, edits);
}

/** Columns that the table does not have stay as they are. */
function entryFrom(row: Row, before: Entry, findings: RowFinding[]): Entry {
  let entry = before;
  for (const [title, cell] of row.cells) {
    const column = columnOf(title);
    if (!column || cellOf(before, column) === cell) continue;
    try {
      entry = withValue(entry, column.path, valueOf(cell, column, before[column.path[0] ?? '']));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      findings.push(fault(row.row, title, `"${cell.slice(0, 60)}" is not understood`, error.message));
    }
  }
  return entry;
}

/** Findings of the policy that this table would make, with the row and column that they are about. */
function placed(
  findings: readonly { severity: string; path: string; message: string; expected?: string | undefined }[],
  rows: readonly Row[],
  context: AdminContext,
  added: readonly string[],
): RowFinding[] {
  const { sources } = context.policies.document as { readonly sources?: readonly { name?: string }[] };
  const names = [...(sources ?? []).map(({ name }) => name), ...added];
  const rowOf = new Map(rows.map(({ name, row }) => [name, row]));
  return findings.flatMap(({ severity, path, message, expected }) => {
    const at = /^sources\[(\d+)\](?:\.(.*))?$/.exec(path);
    const name = at ? names[Number(at[1])] : undefined;
    const row = name === undefined ? undefined : rowOf.get(name);
    if (row === undefined)
      return severity === 'error' ? [{ ...fault(0, path, message, expected ?? ''), severity }] : [];
    return [{ ...fault(row, columnAt(at?.[2] ?? 'name'), message, expected ?? ''), severity }];
  });
}

function fault(row: number, column: string, message: string, expected: string): RowFinding {
  return { severity: 'error', row, column, message, expected };
}
