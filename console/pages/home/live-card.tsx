import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Status } from '../../../contract/schemas/system.ts';
import type { Live } from '../../api/live.ts';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, number, senderOf } from '../../parts/words.ts';

/** Newest messages shown. */
const shownMax = 6;

const useStyles = makeStyles({
  now: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXXL },
  value: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
  label: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  bars: {
    display: 'flex',
    alignItems: 'flex-end',
    gap: '1px',
    height: '48px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  bar: {
    flex: '1 1 0',
    minHeight: '1px',
    backgroundColor: tokens.colorCompoundBrandBackground,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  item: { display: 'flex', gap: tokens.spacingHorizontalM, minWidth: 0 },
  words: {
    flex: '1 1 auto',
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** What happens this second; moves without reload. */
export function LiveCard({ live, status }: { readonly live: Live; readonly status: Status }): ReactNode {
  const styles = useStyles();
  const { latest, recent } = live;
  const rates = recent.map(({ counts, intervalMs }) => (counts.accepted * 1000) / Math.max(1, intervalMs));
  const max = Math.max(1, ...rates);
  const messages = recent
    .flatMap((event) => event.messages.toReversed())
    .toReversed()
    .slice(0, shownMax);
  const connections = status.listeners.reduce((sum, listener) => sum + listener.connections, 0);
  return (
    <Card title="Now" actions={<LiveState live={live} />}>
      <div className={styles.now}>
        <div>
          <div className={styles.value}>{latest ? number(rates.at(-1) ?? 0) : '–'}</div>
          <div className={styles.label}>messages a second</div>
        </div>
        <div>
          <Link className={styles.value} to="/queue" search={{}}>
            {number(latest?.queue.active ?? status.queue.active)}
          </Link>
          <div className={styles.label}>in the queue</div>
        </div>
        <div>
          <div className={styles.value}>{number(connections)}</div>
          <div className={styles.label}>connections</div>
        </div>
      </div>
      <div className={styles.bars} aria-hidden="true">
        {rates.map((rate, index) => (
          // Bars move from right to left; their place is what they are.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} className={styles.bar} style={{ height: `${(rate / max) * 100}%` }} />
        ))}
      </div>
      {messages.length === 0 ? (
        <p className={styles.quiet}>No message since this page was opened.</p>
      ) : (
        <ul className={styles.list} aria-label="Newest messages">
          {messages.map(({ id, at, sender, source, recipients }) => (
            <li key={id} className={styles.item}>
              <Moment at={at} />
              <Link className={styles.words} to="/messages/$id" params={{ id }} title={sender}>
                {`${senderOf(sender)} by ${source} to ${countOf(recipients, 'recipient')}`}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function LiveState({ live }: { readonly live: Live }): ReactNode {
  if (live.state === 'live') return <StatusBadge tone="good">Live</StatusBadge>;
  if (live.state === 'connecting') return <StatusBadge tone="busy">Connecting</StatusBadge>;
  return <StatusBadge tone="waiting">Every 10 seconds</StatusBadge>;
}
