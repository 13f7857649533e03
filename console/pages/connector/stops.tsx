/** Domains and senders whose mail alone waits at a connector. */
import type { ReactNode } from 'react';
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';

export function Stops({
  connector: { destinations, senders },
}: {
  readonly connector: ConnectorView;
}): ReactNode {
  if (destinations.length + senders.length === 0) return null;
  const stops = [
    ...destinations.map(({ domain, reason, until }) => ({ who: `to ${domain}`, reason, until })),
    ...senders.map(({ sender, reason, until }) => ({ who: `from ${sender}`, reason, until })),
  ];
  return (
    <Card title="Mail that waits alone">
      <p>The rest of the mail goes on. To resume the connector lets all of them try again.</p>
      <Facts
        facts={stops.map(({ who, reason, until }) => [
          who,
          <span key={who}>
            {reason}
            {until !== undefined && (
              <>
                {' '}
                Tried again <Moment at={until} show="due" />.
              </>
            )}
          </span>,
        ])}
      />
    </Card>
  );
}
