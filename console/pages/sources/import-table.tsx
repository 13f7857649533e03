/** Rows of an import with what would become of each, and what is found about it. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { CsvResult } from '../../../contract/schemas/sources.ts';
import type { List } from '../../api/list.ts';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

type RowFinding = CsvResult['findings'][number];

interface Row {
  readonly key: string;
  readonly title: string;
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'faulty';
  readonly findings: readonly RowFinding[];
}

const useStyles = makeStyles({
  place: { borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}` },
  findings: { whiteSpace: 'normal', padding: `${tokens.spacingVerticalXS} 0` },
});

const outcomes = {
  added: ['good', 'Added'],
  changed: ['busy', 'Changed'],
  unchanged: ['plain', 'As it is'],
  faulty: ['bad', 'Faulty'],
} as const;

export function ImportTable({ result }: { readonly result: CsvResult }): ReactNode {
  const styles = useStyles();
  const rows = rowsOf(result);
  const list: List<Row> = {
    items: rows,
    isFirst: false,
    isBusy: false,
    problem: null,
    again: () => undefined,
  };
  const columns: readonly Column<Row>[] = [
    { key: 'title', title: 'Row', width: '28%', cell: ({ title }) => title },
    {
      key: 'outcome',
      title: 'What becomes of it',
      width: '160px',
      cell({ outcome }) {
        const [tone, title] = outcomes[outcome];
        return <StatusBadge tone={tone}>{title}</StatusBadge>;
      },
    },
    {
      key: 'findings',
      title: 'Findings',
      cell: ({ findings }) => (
        <ul className={styles.findings}>
          {findings.map(({ column, message, expected }) => (
            <li key={`${column} ${message}`}>
              <strong>{column}</strong>: {message}
              {expected !== '' && ` (${expected})`}
            </li>
          ))}
        </ul>
      ),
    },
  ];
  return (
    <div className={styles.place}>
      <DataList
        label="Rows of the table"
        noun="row"
        list={list}
        columns={columns}
        keyOf={({ key }) => key}
        nameOf={({ title }) => title}
        empty={<p>The table has no row below its titles.</p>}
      />
    </div>
  );
}

/** Rows that have a fault of their own are no source; row 1 is that of the titles, row 0 the policy as a whole. */
function rowsOf({ rows, findings }: CsvResult): readonly Row[] {
  const byRow = Map.groupBy(findings, ({ row }) => row);
  const sources = new Set(rows.map(({ row }) => row));
  const others = [...byRow].filter(([row]) => !sources.has(row));
  return [
    ...others.map(([row, own]) => ({
      key: `row ${row}`,
      title: row === 0 ? 'The policy' : row === 1 ? 'Row 1, the titles' : `Row ${row}`,
      outcome: hasFault(own) ? ('faulty' as const) : ('unchanged' as const),
      findings: own,
    })),
    ...rows.map(({ row, name, outcome }) => {
      const own = byRow.get(row) ?? [];
      return {
        key: `row ${row}`,
        title: `${row}: ${name}`,
        outcome: hasFault(own) ? ('faulty' as const) : outcome,
        findings: own,
      };
    }),
  ];
}

const hasFault = (findings: readonly RowFinding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');
