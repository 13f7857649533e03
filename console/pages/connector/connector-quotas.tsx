import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { number } from '../../parts/words.ts';

const lowShare = 0.8;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  item: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  note: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

export function ConnectorQuotas({ connector: { quotas } }: { readonly connector: ConnectorView }): ReactNode {
  const styles = useStyles();
  if (quotas.length === 0) return null;
  return (
    <Card title="Quotas" actions={<Link to="/limits">All limits</Link>}>
      <ul className={styles.list}>
        {quotas.map(({ quota, used, limit, free, runsOutAt, freeAt, said }) => (
          <li key={quota} className={styles.item}>
            <span>{quota.charAt(0).toUpperCase() + quota.slice(1)}</span>
            <Bar
              label={quota}
              value={used}
              max={limit}
              tone={free === 0 ? 'bad' : used >= limit * lowShare ? 'warning' : undefined}
            />
            <span className={styles.note}>
              {`${number(used)} of ${number(limit)} used`}
              {runsOutAt !== undefined && (
                <>
                  , runs out <Moment at={runsOutAt} show="due" />
                </>
              )}
              {freeAt !== undefined && (
                <>
                  , room again <Moment at={freeAt} show="due" />
                </>
              )}
              {said !== undefined && `. Microsoft 365 said: ${said}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
