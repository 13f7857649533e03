import type { ReactNode } from 'react';
import type { DoctorView } from '../../../contract/schemas/doctor.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { SourceLink } from './source-link.tsx';

type Check = DoctorView['checks'][number];

const columns: readonly Column<Check>[] = [
  { key: 'title', title: 'Check', cell: ({ title }) => <span title={title}>{title}</span> },
  { key: 'check', title: 'Name', width: '18%', cell: ({ check }) => <code>{check}</code> },
  { key: 'source', title: 'Rests on', width: '55%', cell: ({ source }) => <SourceLink source={source} /> },
];

export function Checks({ checks }: Pick<DoctorView, 'checks'>): ReactNode {
  return (
    <Card flush>
      <DataList
        label="Checks"
        noun="check"
        list={{ items: checks, isFirst: false, isBusy: false, problem: null, again: () => undefined }}
        columns={columns}
        keyOf={({ check }) => check}
        nameOf={({ title }) => title}
        empty={null}
      />
    </Card>
  );
}
