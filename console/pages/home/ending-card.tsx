import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Status } from '../../../contract/schemas/system.ts';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, sentence } from '../../parts/words.ts';

/** Days within which an end is soon. */
const soonBelow = 90;
/** Days from which an end is no reason to worry yet. */
const calmFrom = 30;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    columnGap: tokens.spacingHorizontalM,
  },
  what: { flex: '1 1 200px', overflowWrap: 'anywhere' },
  title: { marginTop: tokens.spacingVerticalS, fontSize: tokens.fontSizeBase300 },
  dangers: { paddingLeft: '18px', listStyleType: 'disc' },
});

/** Certificates and secrets that end, and dangerous settings in force. */
export function EndingCard({ status: { expiring, dangers } }: { readonly status: Status }): ReactNode {
  const styles = useStyles();
  const soon = expiring.filter(({ days }) => days < soonBelow);
  const [next] = expiring;
  return (
    <Card title="Ends soon" actions={<Link to="/certificates">Certificates and secrets</Link>}>
      {expiring.length === 0 && <p>No secret or certificate whose end is known.</p>}
      {soon.length === 0 && next && (
        <p>
          {`Nothing ends within ${soonBelow} days. The next: ${next.what}, `}
          <Moment at={next.at} />
          {` (${countOf(next.days, 'day')}).`}
        </p>
      )}
      <ul className={styles.list}>
        {soon.slice(0, 6).map(({ what, at, days }) => (
          <li key={`${what} ${at}`} className={styles.item}>
            <span className={styles.what}>{sentence(what)}</span>
            <StatusBadge tone={days < 0 ? 'bad' : days < calmFrom ? 'warning' : 'good'}>
              {days < 0 ? 'Ended' : countOf(days, 'day')} · <Moment at={at} />
            </StatusBadge>
          </li>
        ))}
      </ul>
      {dangers.length > 0 && (
        <>
          <h3 className={styles.title}>Dangerous settings in force</h3>
          <ul className={styles.dangers}>
            {dangers.map((danger) => (
              <li key={danger}>{danger}</li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
