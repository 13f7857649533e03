/** What one source was seen with, day by day: versions and ciphers, sessions without TLS, logins in clear. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { number, tlsVersion } from '../../parts/words.ts';

const useStyles = makeStyles({
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
    verticalAlign: 'top',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
  },
});

export function TlsDays({ source }: { readonly source: string }): ReactNode {
  const styles = useStyles();
  const { data } = useRead('sighting', { params: { name: source } });
  if (!data || data.tlsDays.length === 0) return null;
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Encryption, day by day">
      <table className={styles.table}>
        <thead>
          <tr>
            {['Day', 'Handshakes', 'Without TLS', 'Clear logins'].map((title) => (
              <th key={title} scope="col" className={styles.cell}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.tlsDays.toReversed().map(({ from, tls, plainSessions, clearLogins }) => (
            <tr key={from}>
              <th scope="row" className={styles.cell}>
                {from.slice(0, 10)}
              </th>
              <td className={styles.cell}>
                {tls.map(({ version, cipher, sessions }) => (
                  <div key={`${version} ${cipher}`}>
                    {`${number(sessions)} × ${version === 'other' ? 'others' : tlsVersion(version)} ${cipher}`}
                  </div>
                ))}
              </td>
              <td className={styles.cell}>{number(plainSessions)}</td>
              <td className={styles.cell}>{number(clearLogins)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
