/** What the relay does now and has done: each number leads to the list behind it. */
import {
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLive } from '../../api/live.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { NumberLink } from '../../parts/number-link.tsx';
import { useNow } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { ConnectorsCard } from './connectors-card.tsx';
import type { Count } from './counts.ts';
import { countNames, countTitles, listBehind } from './counts.ts';
import { EndingCard } from './ending-card.tsx';
import type { Said } from './health.ts';
import { healthOf } from './health.ts';
import { LiveCard } from './live-card.tsx';
import { ProblemsCard } from './problems-card.tsx';
import { QueueCard } from './queue-card.tsx';
import { TrafficCard } from './traffic-card.tsx';

const filters = { range: oneOf('hour', 'day', 'month') };
const everyMs = 10_000;
const notes: Readonly<Record<Count, string>> = {
  accepted: 'taken over with 250',
  relayed: 'handed to the next hop',
  deferred: 'attempts to be repeated',
  refused: 'commands, contents, logins',
  failed: 'failed or expired',
};

const useStyles = makeStyles({
  tiles: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  wide: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  half: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  list: { paddingLeft: '18px', listStyleType: 'disc' },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ range = 'hour' }, change] = useFilters(filters);
  const mayTrace = useMay('help-desk');
  const live = useLive(mayTrace);
  const every = { every: everyMs };
  const status = useRead('status', {}, every);
  const connectors = useRead('connectors', {}, every);
  const statistics = useRead('statistics', { query: { range } }, every);
  const total = statistics.data?.series.find(({ name }) => name === 'total');
  if (!status.data) {
    return status.error ? (
      <PageFrame title="Home">
        <ErrorState problem={status.error} retry={() => void status.refetch()} />
      </PageFrame>
    ) : (
      <PagePending />
    );
  }
  return (
    <PageFrame title="Home">
      <HealthBar status={status.data} connectors={connectors.data?.items ?? []} />
      <TabList
        selectedValue={range}
        aria-label="Span of time"
        onTabSelect={(_event, { value }) =>
          change({ range: value === 'hour' ? undefined : (value as typeof range) })
        }
      >
        <Tab value="hour">Last hour</Tab>
        <Tab value="day">Last 24 hours</Tab>
        <Tab value="month">Last 30 days</Tab>
      </TabList>
      <div className={styles.tiles}>
        {countNames.map((name) => (
          <NumberLink
            key={name}
            label={countTitles[name]}
            note={notes[name]}
            value={total?.sum[name] ?? (statistics.data ? 0 : undefined)}
            tone={name === 'failed' && (total?.sum.failed ?? 0) > 0 ? 'bad' : undefined}
            {...listBehind(name, range, mayTrace)}
          />
        ))}
      </div>
      <div className={styles.wide}>
        <TrafficCard range={range} />
        <LiveCard live={live} status={status.data} />
      </div>
      <div className={styles.half}>
        <ConnectorsCard connectors={connectors.data?.items} />
        <QueueCard status={status.data} ages={statistics.data?.queueAge} />
        {mayTrace && <ProblemsCard />}
        <EndingCard status={status.data} />
      </div>
    </PageFrame>
  );
}

type HealthProps = Pick<Parameters<typeof healthOf>[0], 'status' | 'connectors'>;

function HealthBar({ status, connectors }: HealthProps): ReactNode {
  const styles = useStyles();
  const now = useNow();
  const hour = useRead('statistics', { query: { range: 'hour' } }, { every: everyMs });
  const sum = hour.data?.series.find(({ name }) => name === 'total')?.sum;
  const health = healthOf({ status, connectors, refused: sum?.refused ?? 0, failed: sum?.failed ?? 0, now });
  const [first = { text: '' }, ...others] = health.sentences;
  const mayTrace = useMay('help-desk');
  return (
    <MessageBar intent={health.intent} layout="multiline" role="status">
      <MessageBarBody>
        <MessageBarTitle>
          <Sentence said={first} mayTrace={mayTrace} />
        </MessageBarTitle>
        {others.length > 0 && (
          <ul className={styles.list}>
            {others.map((said) => (
              <li key={said.text}>
                <Sentence said={said} mayTrace={mayTrace} />
              </li>
            ))}
          </ul>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}

/** Lists of messages and refusals are not for every role. */
function Sentence({ said, mayTrace }: { readonly said: Said; readonly mayTrace: boolean }): ReactNode {
  const { text, to, search = {} } = said;
  const isTraced = to === '/messages' || to === '/refusals';
  if (to === undefined || (isTraced && !mayTrace)) return text;
  return (
    <Link to={to} search={search}>
      {text}
    </Link>
  );
}
