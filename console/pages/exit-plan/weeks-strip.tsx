/** Sessions without TLS in each of the last weeks as small bars, the oldest first, with the numbers for who does not see them. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { PlannedSource } from './plan-words.ts';
import { trends } from './plan-words.ts';

const heightPx = 22;

const useStyles = makeStyles({
  line: {
    display: 'inline-flex',
    alignItems: 'center',
    verticalAlign: 'middle',
    gap: tokens.spacingHorizontalS,
  },
  strip: { display: 'inline-flex', alignItems: 'flex-end', gap: '2px', height: `${heightPx}px` },
  bar: {
    width: '5px',
    borderRadius: '1px',
    backgroundColor: tokens.colorStatusWarningForeground3,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
  none: {
    backgroundColor: tokens.colorNeutralStroke1,
    '@media (forced-colors: active)': { backgroundColor: 'GrayText' },
  },
});

export function WeeksStrip({ source: { weeks, trend } }: { readonly source: PlannedSource }): ReactNode {
  const styles = useStyles();
  const counts = weeks.map(({ plain, clear }) => plain + clear);
  const most = Math.max(1, ...counts);
  return (
    <span className={styles.line}>
      <span
        className={styles.strip}
        role="img"
        aria-label={`Without TLS in the last ${counts.length} weeks, the oldest first: ${counts.join(', ')}`}
      >
        {counts.map((count, index) => (
          <span
            // oxlint-disable-next-line react/no-array-index-key -- A week has no other name than its place.
            key={index}
            className={count > 0 ? styles.bar : `${styles.bar} ${styles.none}`}
            style={{ height: `${count === 0 ? 2 : Math.max(4, Math.round((count / most) * heightPx))}px` }}
          />
        ))}
      </span>
      <span>{trends[trend]}</span>
    </span>
  );
}
