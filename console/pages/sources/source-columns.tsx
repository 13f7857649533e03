import type { ReactNode } from 'react';
import type { SourceView } from '../../../contract/schemas/sources.ts';
import type { Column } from '../../parts/data-list.tsx';
import { Lines } from '../../parts/lines.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number } from '../../parts/words.ts';
import { firstEnd, statesOf, tlsWords } from './source-words.ts';

export function sourceColumns(zone: string): readonly Column<SourceView>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      cell: ({ name, model, firmware }) => (
        <Lines
          first={name}
          second={[model, firmware?.version && `firmware ${firmware.version}`].filter(Boolean).join(', ')}
        />
      ),
    },
    { key: 'state', title: 'State', width: '164px', cell: (source) => <State source={source} /> },
    {
      key: 'owner',
      title: 'Owner and place',
      width: '14%',
      cell: ({ owner, location }) => <Lines first={owner ?? 'No owner'} second={location} />,
    },
    {
      key: 'seen',
      title: `Last seen (${zone})`,
      width: '124px',
      cell: ({ seen, networks }) => (
        <Lines
          first={seen.lastSeenAt === undefined ? 'Never' : <Moment at={seen.lastSeenAt} />}
          second={seen.addresses?.[0] ?? networks[0]?.range}
        />
      ),
    },
    {
      key: 'volume',
      title: '24 h / 30 d',
      width: '108px',
      align: 'end',
      cell: ({ seen }) => `${number(seen.messagesDay ?? 0)} / ${number(seen.messagesMonth ?? 0)}`,
    },
    { key: 'tls', title: 'TLS', width: '116px', only: 'wide', cell: TlsSeen },
    {
      key: 'reviewed',
      title: 'Last review',
      width: '98px',
      only: 'wide',
      cell: ({ reviewed }) => reviewed ?? 'Never',
    },
    {
      key: 'ends',
      title: 'Ends',
      width: '114px',
      only: 'wide',
      cell: (source) => firstEnd(source)?.slice(0, 10) ?? 'No end',
    },
  ];
}

/** As many as there are; a pointer shows those that are cut off. */
function TlsSeen(source: SourceView): ReactNode {
  const words = tlsWords(source);
  return <span title={words}>{words}</span>;
}

function State({ source }: { readonly source: SourceView }): ReactNode {
  const states = statesOf(source);
  const [first] = states;
  return (
    <span title={states.map(({ title }) => title).join(', ')}>
      <StatusBadge tone={first?.tone ?? 'plain'}>
        {`${first?.title}${states.length > 1 ? ` + ${states.length - 1}` : ''}`}
      </StatusBadge>
    </span>
  );
}
