/** A chart in a card, with the same numbers as a table for who cannot see it or wants to copy them. */
import { makeStyles, Skeleton, SkeletonItem, tokens, ToggleButton } from '@fluentui/react-components';
import { TextBulletListSquareRegular } from '@fluentui/react-icons/svg/text-bullet-list-square';
import type { ReactNode } from 'react';
import { lazy, Suspense, useState } from 'react';
import { Card } from './card.tsx';
import { Moment, useZoneName } from './moment.tsx';
import { number } from './words.ts';

// On its way while the numbers are: both are needed before a line is drawn.
const chart = import('./chart.tsx');
// Where it does not come, `lazy` says so in the place of the chart.
chart.catch(() => undefined);
const Chart = lazy(async () => ({ default: (await chart).Chart }));

export interface ChartSeries {
  /** Colour and dash of the line go with it. */
  readonly name: 'accepted' | 'relayed' | 'deferred' | 'refused' | 'failed';
  readonly title: string;
  readonly values: readonly number[];
}

export interface ChartCardProps {
  readonly title: string;
  readonly times: readonly string[] | undefined;
  readonly series: readonly ChartSeries[];
  readonly actions?: ReactNode;
  /** Beneath the chart. */
  readonly children?: ReactNode;
}

const useStyles = makeStyles({
  scroll: { maxHeight: '276px', overflowY: 'auto' },
  table: { width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums' },
  cell: {
    padding: '4px 8px',
    textAlign: 'right',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
    ':first-child': { textAlign: 'left' },
  },
  wait: { height: '276px' },
});

export function ChartCard({ title, times, series, actions, children }: ChartCardProps): ReactNode {
  const styles = useStyles();
  const [asTable, setAsTable] = useState(false);
  const wait = (
    <Skeleton className={styles.wait} aria-label="Loading the chart">
      <SkeletonItem style={{ height: '240px' }} />
    </Skeleton>
  );
  return (
    <Card
      title={title}
      actions={
        <>
          {actions}
          <ToggleButton
            size="small"
            appearance="subtle"
            icon={<TextBulletListSquareRegular />}
            checked={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            Table
          </ToggleButton>
        </>
      }
    >
      {times === undefined ? (
        wait
      ) : asTable ? (
        <Numbers title={title} times={times} series={series} />
      ) : (
        <Suspense fallback={wait}>
          <Chart times={times} series={series} />
          <p className="hidden">{summary(series)} The button Table shows every number.</p>
        </Suspense>
      )}
      {children}
    </Card>
  );
}

function summary(series: readonly ChartSeries[]): string {
  const sums = series.map(
    ({ title, values }) => `${title} ${number(values.reduce((sum, value) => sum + value, 0))}`,
  );
  return `Chart of ${sums.join(', ')}.`;
}

interface NumbersProps {
  readonly title: string;
  readonly times: readonly string[];
  readonly series: readonly ChartSeries[];
}

function Numbers({ title, times, series }: NumbersProps): ReactNode {
  const styles = useStyles();
  const zone = useZoneName();
  return (
    // It scrolls, so the keyboard must reach it.
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.cell}>{`From (${zone})`}</th>
            {series.map((one) => (
              <th key={one.title} scope="col" className={styles.cell}>
                {one.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row" className={styles.cell}>
                <Moment at={time} />
              </th>
              {series.map((one) => (
                <td key={one.title} className={styles.cell}>
                  {number(one.values[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
