import type { SourceView } from '../../../contract/schemas/sources.ts';
import type { Column } from '../../parts/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number } from '../../parts/words.ts';
import { firstEnd, statesOf, tlsWords } from './source-words.ts';

export function sourceColumns(zone: string): readonly Column<SourceView>[] {
  return [
    { key: 'name', title: 'Name', cell: ({ name }) => name },
    {
      key: 'state',
      title: 'State',
      width: '172px',
      cell(source) {
        const [first, ...others] = statesOf(source);
        return (
          <span title={[first, ...others].map((state) => state?.title).join(', ')}>
            <StatusBadge tone={first?.tone ?? 'plain'}>
              {`${first?.title}${others.length > 0 ? ` + ${others.length}` : ''}`}
            </StatusBadge>
          </span>
        );
      },
    },
    { key: 'owner', title: 'Owner', width: '14%', only: 'wide', cell: ({ owner }) => owner },
    { key: 'location', title: 'Location', width: '11%', cell: ({ location }) => location },
    { key: 'model', title: 'Model', width: '11%', only: 'wide', cell: ({ model }) => model },
    {
      key: 'addresses',
      title: 'Address',
      width: '126px',
      only: 'wide',
      cell: ({ seen, networks }) => seen.addresses?.[0] ?? networks[0]?.range,
    },
    {
      key: 'seen',
      title: `Last seen (${zone})`,
      width: '138px',
      cell: ({ seen }) => (seen.lastSeenAt === undefined ? 'Never' : <Moment at={seen.lastSeenAt} />),
    },
    {
      key: 'day',
      title: '24 h',
      width: '58px',
      align: 'end',
      cell: ({ seen }) => number(seen.messagesDay ?? 0),
    },
    {
      key: 'month',
      title: '30 days',
      width: '70px',
      align: 'end',
      cell: ({ seen }) => number(seen.messagesMonth ?? 0),
    },
    { key: 'tls', title: 'TLS', width: '112px', only: 'wide', cell: tlsWords },
    {
      key: 'ends',
      title: 'Ends',
      width: '100px',
      only: 'wide',
      cell: (source) => firstEnd(source)?.slice(0, 10),
    },
  ];
}
