import { makeStyles, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../app/session.ts';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { number, tlsVersion } from '../../parts/words.ts';
import type { PlannedSource } from './plan-words.ts';
import { stateOf, trends } from './plan-words.ts';
import { TlsDays } from './tls-days.tsx';
import { WeeksStrip } from './weeks-strip.tsx';

const useStyles = makeStyles({
  title: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  scroll: {
    overflowX: 'auto',
    flexShrink: 0,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
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
    textAlign: 'left',
    whiteSpace: 'nowrap',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
  },
  end: { textAlign: 'right' },
  links: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL },
});

export function SourceDetails({
  source,
  onClose,
}: {
  readonly source: PlannedSource;
  readonly onClose: () => void;
}): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  const [tone, word] = stateOf(source);
  return (
    <Flyout title={source.source} onClose={onClose}>
      <Facts
        facts={[
          [
            'State',
            <StatusBadge key="state" tone={tone}>
              {word}
            </StatusBadge>,
          ],
          ['Owner', source.owner ?? 'Nobody'],
          ['Last seen', <Moment key="last" at={source.lastAt} show="full" />],
          ['Sessions without TLS', number(source.plainSessions)],
          ['Logins in clear', number(source.clearLogins)],
          ['Below TLS 1.2, 30 days', trends[source.oldTls]],
          ['Without TLS, 12 weeks', <WeeksStrip key="weeks" source={source} />],
        ]}
      />
      <h3 className={styles.title}>Handshakes</h3>
      {source.tls.length === 0 ? (
        <p>No handshake of it was seen: it never asked for TLS.</p>
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Handshakes">
          <table className={styles.table}>
            <thead>
              <tr>
                {['Version', 'Cipher suite', 'Sessions', 'Last'].map((title) => (
                  <th key={title} scope="col" className={styles.cell}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {source.tls.map(({ version, cipher, sessions, lastAt }) => (
                <tr key={`${version} ${cipher}`}>
                  <td className={styles.cell}>{tlsVersion(version)}</td>
                  <td className={styles.cell}>{cipher}</td>
                  <td className={styles.cell}>{number(sessions)}</td>
                  <td className={styles.cell}>
                    <Moment at={lastAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <h3 className={styles.title}>Day by day</h3>
      <TlsDays source={source.source} />
      <div className={styles.links}>
        <Link to="/sources/$name" params={{ name: source.source }}>
          The source
        </Link>
        {mayTrace && (
          <Link to="/transcripts/$key" params={{ key: source.source }}>
            Its last sessions
          </Link>
        )}
      </div>
    </Flyout>
  );
}
