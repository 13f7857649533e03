/** Runs of the doctor, and what was different in each. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { DoctorView } from '../../../contract/schemas/doctor.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import { countsInWords, states } from './doctor-words.ts';

type Run = DoctorView['history'][number];

type Change = Run['changes'][number];

function changesInWords({ changes }: Run): string {
  const fresh = changes.filter(({ from }) => from === undefined).length;
  const other = changes.length - fresh;
  const parts = [
    other > 0 && `${countOf(other, 'finding')} changed`,
    fresh > 0 && `${countOf(fresh, 'finding')} for the first time`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'Nothing' : parts.join(', ');
}

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: { display: 'grid', gridTemplateColumns: '132px minmax(0, 1fr)' },
  words: { overflowWrap: 'anywhere' },
});

const columns: readonly Column<Run>[] = [
  { key: 'at', title: 'When', width: '220px', cell: ({ at }) => <Moment at={at} show="full" /> },
  { key: 'by', title: 'By', width: '130px', cell: ({ by }) => (by === 'daily' ? 'every day' : by) },
  {
    key: 'counts',
    title: 'Result',
    width: '26%',
    cell: ({ counts }) => <span title={countsInWords(counts)}>{countsInWords(counts)}</span>,
  },
  {
    key: 'changes',
    title: 'Different from before',
    cell: (run) => changesInWords(run),
  },
];

export interface HistoryProps extends Pick<DoctorView, 'history'> {
  /** Moment of the run whose changes are shown. */
  readonly open: string | undefined;
  readonly onOpen: (at: string | undefined) => void;
}

export function History({ history, open, onOpen }: HistoryProps): ReactNode {
  const opened = history.find(({ at }) => at === open);
  return (
    <Card flush>
      <DataList
        label="Runs"
        noun="run"
        list={{ items: history, isFirst: false, isBusy: false, problem: null, again: () => undefined }}
        columns={columns}
        keyOf={({ at }) => at}
        nameOf={({ at }) => at}
        openKey={open}
        onOpen={({ at }) => onOpen(at)}
        empty={<EmptyState title="No run yet">Each run of the doctor adds a line here.</EmptyState>}
      />
      {opened && (
        <Flyout title="What was different" onClose={() => onOpen(undefined)}>
          <p>
            <Moment at={opened.at} show="full" />, {countsInWords(opened.counts)}
          </p>
          <Changes changes={opened.changes} />
        </Flyout>
      )}
    </Card>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  const styles = useStyles();
  if (changes.length === 0) return <p>Each finding was as in the run before.</p>;
  return (
    <ul className={styles.list}>
      {changes.map(({ id, from, to }) => (
        <li key={id} className={styles.item}>
          <StatusBadge tone={states[to][0]}>{states[to][1]}</StatusBadge>
          <span className={styles.words}>
            <code>{id}</code>
            {from === undefined ? ', for the first time' : `, before: ${states[from][1].toLowerCase()}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
