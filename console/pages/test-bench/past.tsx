/** The last conversations that the relay remembers, of everybody. */
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker';
import type { ReactNode } from 'react';
import type { ConversationView } from '../../../contract/schemas/conversation.ts';
import { useList } from '../../api/list.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Conversation } from './conversation-panel.tsx';
import { outcomes } from './steps.tsx';

const filters = { open: textFilter };

const columns: readonly Column<ConversationView>[] = [
  { key: 'title', title: 'With', width: '32%', cell: ({ title }) => <span title={title}>{title}</span> },
  {
    key: 'outcome',
    title: 'Result',
    width: '110px',
    cell: ({ outcome }) => <StatusBadge tone={outcomes[outcome][0]}>{outcomes[outcome][1]}</StatusBadge>,
  },
  { key: 'summary', title: 'In words', cell: ({ summary }) => <span title={summary}>{summary}</span> },
  { key: 'by', title: 'By', width: '120px', only: 'wide', cell: ({ by }) => by },
  { key: 'at', title: 'When', width: '120px', cell: ({ at }) => <Moment at={at} /> },
];

export function Past(): ReactNode {
  const [{ open }, change] = useFilters(filters);
  const list = useList('conversations', {});
  const opened = list.items.find(({ id }) => id === open);
  return (
    <Card flush>
      <DataList
        label="Conversations"
        noun="conversation"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ title }) => title}
        openKey={open}
        onOpen={({ id }) => change({ open: id })}
        empty={
          <EmptyState title="No conversation yet" icon={BeakerRegular}>
            The last 30 stay here until the relay starts again.
          </EmptyState>
        }
      />
      {opened && (
        <Flyout title={opened.title} onClose={() => change({ open: undefined })}>
          <Conversation conversation={opened} />
        </Flyout>
      )}
    </Card>
  );
}
