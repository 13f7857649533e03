import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import { useMay } from '../../app/session.ts';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number, sentence } from '../../parts/words.ts';
import { routeWords } from '../connectors/connector-words.ts';

const useStyles = makeStyles({
  used: { whiteSpace: 'nowrap' },
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ':last-child': { borderBottom: 'none' },
  },
  head: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
  },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  quiet: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  quota: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontVariantNumeric: 'tabular-nums',
  },
});

export function ConnectorsCard({
  connectors,
}: {
  readonly connectors: readonly ConnectorView[] | undefined;
}): ReactNode {
  const styles = useStyles();
  return (
    <Card title="Connectors">
      {connectors?.length === 0 && <p>There is no connector, so nothing can leave. Add one to the policy.</p>}
      <ul className={styles.list}>
        {connectors?.map((connector) => (
          <Entry key={connector.name} connector={connector} />
        ))}
      </ul>
    </Card>
  );
}

function Entry({ connector }: { readonly connector: ConnectorView }): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  const { name, route, lastSuccessAt, lastFailure, totals } = connector;
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        {mayTrace ? (
          <Link className={styles.name} to="/messages" search={{ connector: name }}>
            {name}
          </Link>
        ) : (
          <span className={styles.name}>{name}</span>
        )}
        <ConnectorHealth connector={connector} />
      </div>
      <p className={styles.quiet}>
        {`${routeWords(route)} · `}
        {mayTrace ? (
          <Link to="/messages" search={{ connector: name, status: 'delivered' }}>
            {`${number(totals.relayed)} relayed`}
          </Link>
        ) : (
          `${number(totals.relayed)} relayed`
        )}
        {' · '}
        {lastSuccessAt === undefined ? (
          'no success yet'
        ) : (
          <>
            last success <Moment at={lastSuccessAt} show="relative" />
          </>
        )}
      </p>
      {isFailing(connector) && lastFailure && (
        <p className={styles.quiet}>{lastFailure.explanation?.meaning ?? lastFailure.text}</p>
      )}
      {connector.quotas.map(({ quota, used, limit }) => (
        <div key={quota}>
          <div className={styles.quota}>
            <span>{sentence(quota)}</span>
            <Link className={styles.used} to="/limits" search={{}}>
              {`${number(used)} of ${number(limit)}`}
            </Link>
          </div>
          <Bar
            label={`${quota}, ${name}`}
            value={used}
            max={limit}
            tone={used >= limit ? 'bad' : used > limit * 0.8 ? 'warning' : undefined}
          />
        </div>
      ))}
    </li>
  );
}

/** Its last attempt that said something failed. */
function isFailing({ lastFailure, lastSuccessAt }: ConnectorView): boolean {
  return lastFailure !== undefined && (lastSuccessAt === undefined || lastFailure.at > lastSuccessAt);
}

export function ConnectorHealth({ connector }: { readonly connector: ConnectorView }): ReactNode {
  if (connector.suspended) return <StatusBadge tone="paused">Suspended</StatusBadge>;
  if (isFailing(connector)) return <StatusBadge tone="warning">Failing</StatusBadge>;
  if (connector.lastSuccessAt === undefined) return <StatusBadge tone="plain">Not used yet</StatusBadge>;
  return <StatusBadge tone="good">Works</StatusBadge>;
}
