/** Runs of the doctor, and what was different in each. */
import type { ReactNode } from 'react';
import type { DoctorView } from '../../../contract/schemas/doctor.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countsInWords, states } from './doctor-words.ts';

type Run = DoctorView['history'][number];

function changesOf({ changes }: Run): string {
  if (changes.length === 0) return 'nothing';
  return changes
    .map(({ id, from, to }) =>
      from === undefined
        ? `${id}: ${states[to][1].toLowerCase()} (new)`
        : `${id}: ${states[from][1].toLowerCase()}, now ${states[to][1].toLowerCase()}`,
    )
    .join('; ');
}

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
    cell: (run) => <span title={changesOf(run)}>{changesOf(run)}</span>,
  },
];

export function History({ history }: Pick<DoctorView, 'history'>): ReactNode {
  return (
    <Card flush>
      <DataList
        label="Runs"
        noun="run"
        list={{ items: history, isFirst: false, isBusy: false, problem: null, again: () => undefined }}
        columns={columns}
        keyOf={({ at }) => at}
        nameOf={({ at }) => at}
        empty={<EmptyState title="No run yet">Each run of the doctor adds a line here.</EmptyState>}
      />
    </Card>
  );
}
