/** Lengths beside each other: a share of a limit, or a histogram of ages. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { barTrack } from '../app/theme.ts';
import { countOf, number } from './words.ts';

const useStyles = makeStyles({
  track: {
    height: '8px',
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: barTrack,
    overflow: 'hidden',
    // Backgrounds are the system's then, and the rest of the length would not be seen.
    '@media (forced-colors: active)': { border: '1px solid CanvasText' },
  },
  fill: {
    height: '100%',
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorCompoundBrandBackground,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
  warning: { backgroundColor: tokens.colorStatusWarningBackground3 },
  bad: { backgroundColor: tokens.colorStatusDangerBackground3 },
  row: {
    display: 'grid',
    gridTemplateColumns: '100px minmax(0, 1fr) 48px',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
  },
  title: { whiteSpace: 'nowrap' },
  rows: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  count: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
});

export interface BarProps {
  /** Said by screen readers. */
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly tone?: 'warning' | 'bad' | undefined;
}

export function Bar({ label, value, max, tone }: BarProps): ReactNode {
  const styles = useStyles();
  const share = max <= 0 ? 0 : Math.min(1, value / max);
  return (
    <div
      className={styles.track}
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={Math.max(max, value)}
    >
      <div className={mergeClasses(styles.fill, tone && styles[tone])} style={{ width: `${share * 100}%` }} />
    </div>
  );
}

export interface HistogramProps {
  readonly bars: readonly {
    readonly title: string;
    readonly count: number;
    /** Filters of the list of messages behind the number; absent: it is a number alone. */
    readonly search?: Readonly<Record<string, string>>;
  }[];
}

/** The numbers stand beside the bars, so the bars themselves say nothing more. */
export function Histogram({ bars }: HistogramProps): ReactNode {
  const styles = useStyles();
  const max = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <ul className={styles.rows}>
      {bars.map(({ title, count, search }) => (
        <li key={title} className={styles.row}>
          <span className={styles.title}>{title}</span>
          <div className={styles.track} aria-hidden="true">
            <div className={styles.fill} style={{ width: `${(count / max) * 100}%` }} />
          </div>
          <span className={styles.count}>
            {search !== undefined && count > 0 ? (
              <Link to="/messages" search={search} aria-label={`${countOf(count, 'message')} ${title}`}>
                {number(count)}
              </Link>
            ) : (
              number(count)
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** With links for who may see the list, narrowed by what the bars are of. */
export function barsFor(
  bars: HistogramProps['bars'],
  maySee: boolean,
  narrowed: Readonly<Record<string, string>> = {},
): HistogramProps['bars'] {
  return bars.map(({ title, count, search }) =>
    maySee && search ? { title, count, search: { ...narrowed, ...search } } : { title, count },
  );
}
