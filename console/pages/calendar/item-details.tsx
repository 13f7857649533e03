import { Link as PlainLink } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CalendarItem } from '../../../contract/schemas/calendar.ts';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { certainties, dateOf, daysInWords, kinds, states } from './calendar-words.ts';

export function ItemDetails({ item }: { readonly item: CalendarItem }): ReactNode {
  const { source, connector, reference, certainty, reminded } = item;
  return (
    <>
      <StatusBadge tone={states[item.state][0]}>{states[item.state][1]}</StatusBadge>
      <Facts
        facts={[
          ['Due', `${dateOf(item)} UTC, ${daysInWords(item.days)}`],
          ['Kind', kinds[item.kind]],
          ['Owner', item.owner ?? 'No owner'],
          ['What breaks', <Prose key="breaks" text={item.breaks} />],
          ['What to do', <Prose key="todo" text={item.todo} />],
          [
            'Source',
            source !== undefined && (
              <Link key="source" to="/sources/$name" params={{ name: source }}>
                {source}
              </Link>
            ),
          ],
          [
            'Connector',
            connector !== undefined && (
              <Link key="connector" to="/connectors/$name" params={{ name: connector }}>
                {connector}
              </Link>
            ),
          ],
          ['How sure', certainty && certainties[certainty]],
          [
            'Stands in',
            reference?.startsWith('https://') ? (
              <PlainLink inline key="reference" href={reference} target="_blank" rel="noreferrer">
                {reference}
              </PlainLink>
            ) : (
              reference
            ),
          ],
          [
            'Reminded',
            reminded.length > 0 && (
              <ul key="reminded">
                {reminded.map(({ days, at }) => (
                  <li key={days}>
                    {days === 0 ? 'at its end' : `${days} days ahead`}: <Moment at={at} show="full" />
                  </li>
                ))}
              </ul>
            ),
          ],
        ].map(([name, value]) => [name as string, value === false ? undefined : value])}
      />
    </>
  );
}
