/** Which sources use TLS, which versions, and which send passwords in clear; the trend over twelve weeks. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SecurityOverview } from '../../../contract/schemas/security.ts';
import { barTrack } from '../../app/theme.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number, tlsVersion } from '../../parts/words.ts';
import { listOf } from './logins.tsx';

type Tls = SecurityOverview['tls'];
type Source = Tls['sources'][number];

const old = /^(?:SSLv|TLSv1$|TLSv1\.[01]$)/;

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontVariantNumeric: 'tabular-nums',
    '& th': { whiteSpace: 'nowrap' },
    '& thead th': {
      fontSize: tokens.fontSizeBase200,
      fontWeight: tokens.fontWeightSemibold,
      color: tokens.colorNeutralForeground2,
    },
  },
  cell: {
    padding: '6px 8px',
    textAlign: 'right',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
    ':first-child': { textAlign: 'left' },
  },
  share: { minWidth: '120px' },
  track: {
    display: 'flex',
    height: '10px',
    borderRadius: tokens.borderRadiusCircular,
    overflow: 'hidden',
    backgroundColor: barTrack,
    '@media (forced-colors: active)': { border: '1px solid CanvasText' },
  },
  tls: {
    backgroundColor: tokens.colorCompoundBrandBackground,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
});

const columns: readonly Column<Source>[] = [
  {
    key: 'source',
    title: 'Source',
    cell: ({ source }) => (
      <Link to="/sources/$name" params={{ name: source }}>
        {source}
      </Link>
    ),
  },
  { key: 'state', title: 'State', width: '190px', cell: State },
  {
    key: 'versions',
    title: 'TLS seen',
    width: '22%',
    cell: ({ tls }) => [...new Set(tls.map(({ version }) => tlsVersion(version)))].join(', ') || 'None',
  },
  {
    key: 'plain',
    title: 'Without TLS',
    width: '120px',
    align: 'end',
    cell: ({ plainSessions }) => number(plainSessions),
  },
  {
    key: 'clear',
    title: 'Clear logins',
    width: '120px',
    align: 'end',
    cell: ({ clearLogins }) => number(clearLogins),
  },
  {
    key: 'last',
    title: 'Last without TLS',
    width: '150px',
    cell: ({ plainLastAt }) =>
      plainLastAt === undefined ? 'Never' : <Moment at={plainLastAt} show="relative" />,
  },
];

export function TlsBoard({ tls: { weeks, days, sources } }: { readonly tls: Tls }): ReactNode {
  const worstFirst = sources.toSorted(
    (a, b) => b.clearLogins - a.clearLogins || b.plainSessions - a.plainSessions,
  );
  return (
    <>
      <Card title="Sources" flush={sources.length > 0}>
        <DataList
          label="TLS by source"
          noun="source"
          list={listOf(worstFirst)}
          columns={columns}
          keyOf={({ source }) => source}
          nameOf={({ source }) => source}
          empty={
            <EmptyState title="No source was seen yet">
              With its first session a source appears here, with the TLS version that it speaks.
            </EmptyState>
          }
        />
      </Card>
      <Trend weeks={weeks} />
      <Days days={days} />
    </>
  );
}

function State({ tls, plainSessions, clearLogins }: Source): ReactNode {
  if (clearLogins > 0) return <StatusBadge tone="bad">Password in clear</StatusBadge>;
  if (plainSessions > 0)
    return <StatusBadge tone="warning">{tls.length > 0 ? 'TLS, not always' : 'Without TLS'}</StatusBadge>;
  if (tls.some(({ version }) => old.test(version))) return <StatusBadge tone="warning">Old TLS</StatusBadge>;
  return <StatusBadge tone="good">TLS</StatusBadge>;
}

function Trend({ weeks }: { readonly weeks: Tls['weeks'] }): ReactNode {
  const styles = useStyles();
  const seen = weeks.filter(({ tlsSessions, plainSessions }) => tlsSessions + plainSessions > 0);
  if (seen.length === 0) return null;
  return (
    <Card title="Week by week">
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Sessions with TLS, week by week">
        <table className={styles.table}>
          <thead>
            <tr>
              {['Week from', 'Share with TLS', 'With TLS', 'Without', 'Clear logins'].map((title) => (
                <th key={title} scope="col" className={styles.cell}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {seen.toReversed().map(({ from, tlsSessions, plainSessions, clearLogins }) => {
              const share = tlsSessions / (tlsSessions + plainSessions);
              return (
                <tr key={from}>
                  <th scope="row" className={styles.cell}>
                    {from.slice(0, 10)}
                  </th>
                  <td className={styles.cell}>
                    <div className={styles.share}>
                      {`${Math.round(share * 100)} %`}
                      <div className={styles.track} aria-hidden="true">
                        <div className={styles.tls} style={{ width: `${share * 100}%` }} />
                      </div>
                    </div>
                  </td>
                  <td className={styles.cell}>{number(tlsSessions)}</td>
                  <td className={styles.cell}>{number(plainSessions)}</td>
                  <td className={styles.cell}>{number(clearLogins)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Days({ days }: { readonly days: Tls['days'] }): ReactNode {
  const styles = useStyles();
  if (days.length === 0) return null;
  const versions = [...new Set(days.flatMap((day) => day.versions.map(({ version }) => version)))].toSorted();
  return (
    <Card title="Versions day by day">
      <div
        className={styles.scroll}
        tabIndex={0}
        role="region"
        aria-label="Sessions by TLS version, day by day"
      >
        <table className={styles.table}>
          <thead>
            <tr>
              {['Day', ...versions.map(tlsVersion), 'Without TLS', 'Clear logins'].map((title) => (
                <th key={title} scope="col" className={styles.cell}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map((day) => (
              <tr key={day.from}>
                <th scope="row" className={styles.cell}>
                  {day.from.slice(0, 10)}
                </th>
                {versions.map((version) => (
                  <td key={version} className={styles.cell}>
                    {number(day.versions.find((one) => one.version === version)?.sessions ?? 0)}
                  </td>
                ))}
                <td className={styles.cell}>{number(day.plainSessions)}</td>
                <td className={styles.cell}>{number(day.clearLogins)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
