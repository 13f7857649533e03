import type { ReactNode } from 'react';
import type { MessageSummary } from '../../../contract/schemas/messages.ts';
import type { Column } from '../../parts/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { bytes, senderOf } from '../../parts/words.ts';
import { MessageStatus } from '../message/message-status.tsx';

/** `zone` stands in the heading of the time, so that the cells need not repeat it. */
export function messageColumns(zone: string): readonly Column<MessageSummary>[] {
  return [
    {
      key: 'subject',
      title: 'Subject',
      cell: ({ subject }) => <span title={subject}>{subject || '(no subject)'}</span>,
    },
    {
      key: 'status',
      title: 'Status',
      width: '130px',
      cell: (message) => <MessageStatus message={message} />,
    },
    {
      key: 'sender',
      title: 'Sender',
      width: '15%',
      cell: ({ sender }) => <span title={sender}>{senderOf(sender)}</span>,
    },
    { key: 'recipients', title: 'Recipients', width: '15%', cell: recipientsOf },
    {
      key: 'source',
      title: 'Source',
      width: '132px',
      only: 'wide',
      cell: ({ source, isNotice }) => <span title={source}>{isNotice ? 'This relay' : source}</span>,
    },
    {
      key: 'bytes',
      title: 'Size',
      width: '88px',
      align: 'end',
      only: 'wide',
      cell: (message) => bytes(message.bytes),
      sort: { down: 'largest', up: 'smallest' },
    },
    {
      key: 'at',
      title: `Accepted (${zone})`,
      width: '150px',
      cell: ({ at }) => <Moment at={at} />,
      sort: { down: 'newest', up: 'oldest' },
    },
  ];
}

function recipientsOf({ recipients: [first = ''], recipientCount, recipients }: MessageSummary): ReactNode {
  const others = recipientCount > 1 ? ` + ${recipientCount - 1}` : '';
  return <span title={recipients.join(', ')}>{`${first}${others}`}</span>;
}
