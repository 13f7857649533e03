/** The latest messages that this connector had to do with, as links into the trace. */
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useList } from '../../api/list.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { senderOf } from '../../parts/words.ts';
import { MessageStatus } from '../message/message-status.tsx';

const everyMs = 10_000;
const shown = 10;

export function ConnectorAttempts({ name }: { readonly name: string }): ReactNode {
  return useMay('help-desk') ? <Attempts name={name} /> : null;
}

function Attempts({ name }: { readonly name: string }): ReactNode {
  const { more: _more, ...list } = useList('messages', { query: { connector: name, limit: shown } }, everyMs);
  const navigate = useNavigate();
  const zone = useZoneName();
  return (
    <Card
      flush={list.items.length > 0}
      title="Latest messages"
      actions={
        <Link to="/messages" search={{ connector: name }}>
          All messages of it
        </Link>
      }
    >
      <DataList
        label={`Latest messages of ${name}`}
        noun="message"
        list={list}
        columns={[
          { key: 'subject', title: 'Subject', cell: ({ subject }) => subject || '(no subject)' },
          {
            key: 'status',
            title: 'Status',
            width: '138px',
            cell: (message) => <MessageStatus message={message} />,
          },
          { key: 'sender', title: 'Sender', width: '22%', cell: ({ sender }) => senderOf(sender) },
          {
            key: 'recipient',
            title: 'Recipient',
            width: '22%',
            cell: ({ recipients }) => recipients[0] ?? '',
          },
          {
            key: 'attempts',
            title: 'Attempts',
            width: '104px',
            align: 'end',
            cell: ({ attempts }) => attempts,
          },
          { key: 'at', title: `Accepted (${zone})`, width: '150px', cell: ({ at }) => <Moment at={at} /> },
        ]}
        keyOf={({ id }) => id}
        nameOf={({ subject, sender }) => `${subject ?? '(no subject)'} from ${sender}`}
        onOpen={({ id }) => void navigate({ to: '/messages/$id', params: { id } })}
        empty={
          <EmptyState title="No message yet">
            The first message that leaves by this connector appears here.
          </EmptyState>
        }
      />
    </Card>
  );
}
