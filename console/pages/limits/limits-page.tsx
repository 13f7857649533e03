/** What Microsoft 365 and the policy allow, how much of it is used, and what will wait when it runs out. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import type { LimitsView } from '../../../contract/schemas/setup.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';

type Limit = LimitsView['items'][number];

const scopes = {
  tenant: 'Tenant',
  mailbox: 'Mailbox',
  application: 'Application',
  resource: 'Azure Communication Services',
} as const;
const filters = { scope: oneOf('tenant', 'mailbox', 'application', 'resource') };
const everyMs = 10_000;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL },
  limit: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXXS,
  },
  what: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  note: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  numbers: { fontVariantNumeric: 'tabular-nums' },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ scope }, change] = useFilters(filters);
  const limits = useRead('limits', {}, { every: everyMs });
  const connectors = useRead('connectors', {}, { every: everyMs });
  const found = limits.data?.items ?? [];
  const owners = Map.groupBy(
    found.filter((limit) => scope === undefined || limit.scope === scope),
    ({ owner }) => owner,
  );
  const present = Object.entries(scopes).filter(([one]) => found.some((limit) => limit.scope === one));
  return (
    <PageFrame
      title="Limits and quotas"
      lead="What a tenant, a mailbox and an application may send, and how much of it this relay has used. Mail that finds no room waits here; it is not lost."
      actions={<CopyLink />}
    >
      {limits.error && <ErrorState problem={limits.error} retry={() => void limits.refetch()} />}
      {!limits.data && !limits.error && <PagePending />}
      {present.length > 1 && (
        <TabList
          aria-label="Whose limits"
          selectedValue={scope ?? 'all'}
          onTabSelect={(_event, { value }) => change({ scope: filters.scope(String(value)) })}
        >
          <Tab value="all">All</Tab>
          {present.map(([one, title]) => (
            <Tab key={one} value={one}>
              {title}
            </Tab>
          ))}
        </TabList>
      )}
      {limits.data && found.length === 0 && <NoLimits />}
      {Array.from(owners, ([owner, items]) => (
        <Card key={owner} title={sentence(owner)}>
          <ul className={styles.list}>
            {items.map((limit) => (
              <li key={limit.quota}>
                <LimitLine limit={limit} />
              </li>
            ))}
          </ul>
        </Card>
      ))}
      {scope === undefined && connectors.data && <Connections connectors={connectors.data.items} />}
    </PageFrame>
  );
}

const tones = { free: 'good', low: 'warning', exhausted: 'bad' } as const;
const stateWords = { free: 'Room', low: 'Nearly used up', exhausted: 'Used up' } as const;

function LimitLine({ limit }: { readonly limit: Limit }): ReactNode {
  const styles = useStyles();
  const { owner, quota, used, free, state, runsOutAt, freeAt, consequence, connectors } = limit;
  const what = sentence(quota.slice(0, -` of ${owner}`.length));
  const shown = `${number(used)} of ${number(limit.limit)} used, ${number(free)} left`;
  return (
    <div className={styles.limit}>
      <div className={styles.head}>
        <span className={styles.what}>{what}</span>
        <StatusBadge tone={tones[state]}>{stateWords[state]}</StatusBadge>
      </div>
      <Bar
        label={`${what} of ${owner}`}
        value={used}
        max={limit.limit}
        tone={state === 'exhausted' ? 'bad' : state === 'low' ? 'warning' : undefined}
      />
      <div className={styles.head}>
        <span className={styles.numbers}>{shown}</span>
        {runsOutAt !== undefined && (
          <span>
            runs out <Moment at={runsOutAt} show="due" /> at the rate of the last hour
          </span>
        )}
        {freeAt !== undefined && (
          <span>
            room again <Moment at={freeAt} show="due" />
          </span>
        )}
      </div>
      <p className={styles.note}>
        {consequence} Counted for{' '}
        {connectors.map((name, index) => (
          <span key={name}>
            {index > 0 && ', '}
            <Link to="/connectors/$name" params={{ name }}>
              {name}
            </Link>
          </span>
        ))}
        .
      </p>
    </div>
  );
}

/** Connections are a limit as well: of each connector, and fewer where the next hop asked for it. */
function Connections({ connectors }: { readonly connectors: readonly ConnectorView[] }): ReactNode {
  const styles = useStyles();
  const used = connectors.flatMap(({ name, active, waiting, connections }) =>
    connections === undefined ? [] : [{ name, active, waiting, ...connections }],
  );
  if (used.length === 0) return null;
  return (
    <Card title="Deliveries at a time">
      <ul className={styles.list}>
        {used.map(({ name, active, waiting, now, limit, reason }) => (
          <li key={name} className={styles.limit}>
            <div className={styles.head}>
              <Link to="/connectors/$name" params={{ name }}>
                {name}
              </Link>
              <span className={styles.numbers}>{`${active} under way, ${now} allowed`}</span>
            </div>
            <Bar label={`Deliveries under way of ${name}`} value={active} max={now} />
            <p className={styles.note}>
              {waiting > 0 ? `${number(waiting)} wait for their turn. ` : ''}
              {now < limit
                ? `Fewer than its limit of ${limit}${reason === undefined ? '.' : `: ${reason}`}`
                : `Its limit is ${limit}.`}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NoLimits(): ReactNode {
  return (
    <Card>
      <EmptyState title="No connector has a limit that is counted">
        Limits hold for routes into Microsoft 365: recipients of a mailbox and a tenant in 24 hours, messages
        a minute, requests of an application. They appear here with the first such connector; those of a smart
        host are not known to the relay.
      </EmptyState>
    </Card>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
