/** Clients that no source names: who was refused, what they tried, and what to do about each. */
import type { ReactNode } from 'react';
import { PersonQuestionMarkRegular } from '@fluentui/react-icons/svg/person-question-mark';
import { makeStyles, tokens } from '@fluentui/react-components';
import type { StrangerView } from '../../../contract/schemas/security.ts';
import { useList } from '../../api/list.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { number, senderOf, tlsVersion } from '../../parts/words.ts';
import { CutOverBanner, CutOverButton } from './cut-over.tsx';
import { StrangerFlyout } from './stranger-flyout.tsx';

const filters = {
  text: textFilter,
  decision: oneOf('all', 'ignored', 'blocked'),
  order: oneOf('latest', 'most'),
  open: textFilter,
  do: oneOf('allow'),
};
const everyMs = 5_000;
const decisions = [
  ['all', 'All'],
  ['ignored', 'Ignored'],
  ['blocked', 'Blocked'],
] as const;

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalM },
  tools: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ text, decision, order = 'latest', open, do: doing }, change] = useFilters(filters);
  const query = {
    order,
    ...(text !== undefined && { text }),
    ...(decision !== 'all' && { decision: decision ?? ('none' as const) }),
  };
  const list = useList('strangers', { query }, everyMs);
  return (
    <PageFrame
      title="Unknown senders"
      lead="Clients that no source names. They were refused; what they tried is kept, so that you can let the right ones in."
      actions={
        <div className={styles.tools}>
          <CopyLink />
          <CutOverButton />
        </div>
      }
    >
      <CutOverBanner />
      <div className={styles.bar} role="search" aria-label="Unknown senders">
        <SearchField
          label="Search"
          hint="Address, name, sender, recipient"
          text={text}
          onChange={(next) => change({ text: next })}
        />
        <ChoiceField
          label="Decision"
          value={decision}
          any="Not decided yet"
          choices={decisions}
          onChange={(next) => change({ decision: next })}
        />
      </div>
      <Card flush>
        <DataList
          label="Unknown senders"
          noun="sender"
          list={list}
          columns={useColumns()}
          keyOf={({ address }) => address}
          nameOf={({ address }) => address}
          openKey={open}
          onOpen={({ address }) => change({ open: address, do: undefined })}
          order={order}
          onOrder={(next) => change({ order: filters.order(next) })}
          empty={<Nothing isFiltered={text !== undefined || decision !== undefined} />}
        />
      </Card>
      {open !== undefined && (
        <StrangerFlyout
          address={open}
          isAllowing={doing === 'allow'}
          onAllow={(isAllowing) => change({ do: isAllowing ? 'allow' : undefined })}
          onClose={() => change({ open: undefined, do: undefined })}
        />
      )}
    </PageFrame>
  );
}

function useColumns(): readonly Column<StrangerView>[] {
  const zone = useZoneName();
  return [
    { key: 'address', title: 'Address', width: '150px', cell: ({ address }) => address },
    {
      key: 'name',
      title: 'Name',
      cell: ({ reverseName, helos }) => reverseName ?? helos[0] ?? '',
    },
    {
      key: 'senders',
      title: 'Tried as',
      cell: ({ senders }) => <Several values={senders.map(senderOf)} />,
    },
    { key: 'recipients', title: 'Wrote to', cell: ({ recipients }) => <Several values={recipients} /> },
    {
      key: 'tls',
      title: 'TLS',
      width: '80px',
      only: 'wide',
      cell: ({ tls }) => (tls === undefined ? 'None' : tlsVersion(tls)),
    },
    {
      key: 'count',
      title: 'Attempts',
      width: '104px',
      align: 'end',
      cell: ({ count }) => number(count),
      sort: { down: 'most', up: 'most' },
    },
    {
      key: 'first',
      title: `First (${zone})`,
      width: '118px',
      only: 'wide',
      cell: ({ firstAt }) => <Moment at={firstAt} />,
    },
    {
      key: 'last',
      title: `Last (${zone})`,
      width: '118px',
      cell: ({ lastAt }) => <Moment at={lastAt} />,
      sort: { down: 'latest', up: 'latest' },
    },
  ];
}

function Several({ values: [first = '', ...others] }: { readonly values: readonly string[] }): ReactNode {
  return (
    <span title={[first, ...others].join(', ')}>
      {`${first}${others.length > 0 ? ` + ${others.length}` : ''}`}
    </span>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  return (
    <EmptyState
      title={isFiltered ? 'No unknown sender fits' : 'Nobody waits for a decision'}
      icon={PersonQuestionMarkRegular}
    >
      Point a device at this relay: it appears here with what it tried, and you allow it with one click.
      Before you move many devices at once, switch on cut-over mode, so that they are told to come back
      instead of being refused.
    </EmptyState>
  );
}
