/** Mail over time: all of it by what became of it, or one count by source or by connector. */
import { makeStyles, Select, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import type { ChartSeries } from '../../parts/chart-card.tsx';
import { ChartCard } from '../../parts/chart-card.tsx';
import { number } from '../../parts/words.ts';
import type { Count } from './counts.ts';
import { countNames, countTitles, listBehind } from './counts.ts';

const filters = { by: oneOf('source', 'connector'), count: oneOf(...countNames) };
const everyMs = 10_000;
/** Lines that can be told apart; the table beneath has them all. */
const linesMax = countNames.length;

const useStyles = makeStyles({
  choice: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  sums: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalXL },
});

export function TrafficCard({ range }: { readonly range: 'hour' | 'day' | 'month' }): ReactNode {
  const styles = useStyles();
  const [{ by, count = 'accepted' }, change] = useFilters(filters);
  const query = by === undefined ? { range } : { range, by };
  const { data } = useRead('statistics', { query }, { every: everyMs });
  const found = data?.series;
  const series = useMemo<ChartSeries[]>(
    () => linesOf(found ?? [], by !== undefined, count),
    [found, by, count],
  );
  return (
    <ChartCard
      title={by === undefined ? 'Mail over time' : `${countTitles[count]} by ${by}`}
      times={data?.times}
      series={series}
      actions={
        <div className={styles.choice}>
          <Select
            size="small"
            aria-label="Lines of the chart"
            value={by ?? ''}
            onChange={(_event, { value }) => change({ by: filters.by(value) })}
          >
            <option value="">All mail</option>
            <option value="source">By source</option>
            <option value="connector">By connector</option>
          </Select>
          {by !== undefined && (
            <Select
              size="small"
              aria-label="What is counted"
              value={count}
              onChange={(_event, { value }) => change({ count: filters.count(value) })}
            >
              {countNames.map((name) => (
                <option key={name} value={name}>
                  {countTitles[name]}
                </option>
              ))}
            </Select>
          )}
        </div>
      }
    >
      {by !== undefined && (
        <ul className={styles.sums} aria-label={`${countTitles[count]} by ${by}`}>
          {found?.length === 0 && <li>{`No ${by} had any mail in this time.`}</li>}
          {found?.map(({ name, sum }) => (
            <li key={name}>
              <Sum by={by} name={name} count={count} value={sum[count]} range={range} />
            </li>
          ))}
        </ul>
      )}
    </ChartCard>
  );
}

interface SumProps {
  readonly by: 'source' | 'connector';
  readonly name: string;
  readonly count: Count;
  readonly value: number;
  readonly range: 'hour' | 'day' | 'month';
}

function Sum({ by, name, count, value, range }: SumProps): ReactNode {
  const mayTrace = useMay('help-desk');
  const words = `${name} ${number(value)}`;
  const behind = listBehind(count, range, mayTrace);
  // The rest of many has no list of its own, and refusals and attempts are listed by other things.
  if (behind.to !== '/messages' || name.startsWith('(')) return words;
  return (
    <Link to="/messages" search={{ [by]: name, ...behind.search }}>
      {words}
    </Link>
  );
}

type Found = Readonly<Record<Count, readonly number[]>> & { readonly name: string };

function linesOf(found: readonly Found[], isApart: boolean, count: Count): ChartSeries[] {
  const [total] = found;
  if (!isApart)
    return countNames.map((name) => ({ name, title: countTitles[name], values: total?.[name] ?? [] }));
  return found.slice(0, linesMax).map((one, index) => ({
    name: countNames[index] ?? 'accepted',
    title: one.name,
    values: one[count],
  }));
}
