/** Revisions of the policy, newest first: what each changed, any two compared, the way back. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { HistoryRegular } from '@fluentui/react-icons/svg/history';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { Item } from '../../api/types.ts';
import { useList } from '../../api/list.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { countOf } from '../../parts/words.ts';
import { CompareFlyout, RevisionFlyout } from './revision-flyout.tsx';

type Revision = Item<'policyRevisions'>;
type Change = {
  readonly open?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

const useStyles = makeStyles({
  chosen: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

export interface HistoryProps extends Change {
  readonly current: number;
  readonly mayEdit: boolean;
  readonly onChange: (change: Change) => void;
}

export function History({ current, mayEdit, open, from, to, onChange }: HistoryProps): ReactNode {
  const styles = useStyles();
  const list = useList('policyRevisions', {});
  const zone = useZoneName();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const columns: readonly Column<Revision>[] = [
    {
      key: 'revision',
      title: 'Revision',
      width: '170px',
      cell: ({ revision }) => `Revision ${revision}${revision === current ? ', in force' : ''}`,
    },
    { key: 'author', title: 'Changed by', cell: ({ author }) => author },
    { key: 'added', title: 'Lines added', width: '120px', align: 'end', cell: ({ added }) => `+${added}` },
    {
      key: 'removed',
      title: 'Lines removed',
      width: '130px',
      align: 'end',
      cell: ({ removed }) => `\u2212${removed}`,
    },
    { key: 'at', title: `Time (${zone})`, width: '170px', cell: ({ at }) => <Moment at={at} /> },
  ];
  const [low, high] = [...chosen].map(Number).toSorted((a, b) => a - b);
  return (
    <Card flush>
      {chosen.size > 0 && (
        <div className={styles.chosen}>
          <strong aria-live="polite">{`${countOf(chosen.size, 'revision')} chosen`}</strong>
          <Button
            size="small"
            disabled={chosen.size !== 2}
            onClick={() => onChange({ from: low, to: high, open: undefined })}
          >
            {chosen.size === 2 ? `Compare ${low} with ${high}` : 'Choose two to compare'}
          </Button>
        </div>
      )}
      <DataList
        label="Revisions of the policy"
        noun="revision"
        list={list}
        columns={columns}
        keyOf={({ revision }) => String(revision)}
        nameOf={({ revision }) => `revision ${revision}`}
        openKey={open === undefined ? undefined : String(open)}
        onOpen={({ revision }) => onChange({ open: revision, from: undefined, to: undefined })}
        choice={{ chosen, onChange: setChosen }}
        empty={
          <EmptyState title="No revision yet" icon={HistoryRegular}>
            Each change of the policy is kept with its author, and can be taken back.
          </EmptyState>
        }
      />
      {open !== undefined && (
        <RevisionFlyout
          revision={open}
          current={current}
          mayEdit={mayEdit}
          onClose={() => onChange({ open: undefined })}
        />
      )}
      {from !== undefined && to !== undefined && (
        <CompareFlyout from={from} to={to} onClose={() => onChange({ from: undefined, to: undefined })} />
      )}
    </Card>
  );
}
