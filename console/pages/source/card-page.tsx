/** What the person at the device types in, on one sheet of paper. */
import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { PrintRegular } from '@fluentui/react-icons/svg/print';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SetUpCard } from '../../../contract/schemas/sources.ts';
import { useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';

const useStyles = makeStyles({
  sheet: { maxWidth: '760px', '@media print': { border: 'none', maxWidth: 'none', padding: 0 } },
  head: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  part: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  steps: {
    paddingLeft: '24px',
    listStyleType: 'decimal',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  value: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  line: {
    display: 'inline-block',
    minWidth: '240px',
    borderBottom: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
});

const tlsWords: Readonly<Record<string, string>> = {
  off: 'None',
  starttls: 'STARTTLS',
  implicit: 'SSL/TLS from the start',
};

export function Page(): ReactNode {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  const { data, error, refetch } = useRead('sourceCard', { params: { name } });
  const above = (
    <span className="no-print">
      <Link to="/sources/$name" params={{ name }}>
        {name}
      </Link>
    </span>
  );
  const print = (
    <Button className="no-print" appearance="primary" icon={<PrintRegular />} onClick={() => window.print()}>
      Print
    </Button>
  );
  return (
    <PageFrame title={`Set-up card: ${name}`} above={above} actions={print}>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {data?.source === name ? <Sheet card={data} /> : !error && <PagePending />}
    </PageFrame>
  );
}

function Sheet({ card }: { readonly card: SetUpCard }): ReactNode {
  const styles = useStyles();
  const { device, servers, login, sender, steps, warnings } = card;
  const server = servers.find(({ recommended }) => recommended);
  const others = servers.filter((one) => one !== server);
  return (
    <Card className={styles.sheet}>
      {device !== undefined && <p className={styles.head}>{device}</p>}
      {warnings.map((warning) => (
        <MessageBar key={warning} intent="warning" layout="multiline">
          <MessageBarBody>{warning}</MessageBarBody>
        </MessageBar>
      ))}
      <h2 className={styles.part}>Settings</h2>
      <Facts
        facts={[
          ['Server', server && <Value key="server">{server.host}</Value>],
          [
            'Or its address',
            server && <Value key="address">{server.addresses.slice(0, 3).join(' or ')}</Value>,
          ],
          ['Port', server && <Value key="port">{String(server.port)}</Value>],
          ['Encryption', server && <Value key="tls">{tlsWords[server.tls] ?? server.tls}</Value>],
          ['User name', login && <Value key="login">{login.username}</Value>],
          [
            'Password',
            login && (
              <span key="password" className={styles.line}>
                &nbsp;
              </span>
            ),
          ],
          ['Login', login ? undefined : 'Off'],
          ['Sender', sender && <Value key="sender">{sender.address}</Value>],
        ]}
      />
      <h2 className={styles.part}>Step by step</h2>
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {others.length > 0 && (
        <>
          <h2 className={styles.part}>Where that does not work</h2>
          <ul>
            {others.map(({ listener, host, port, tls, note }) => (
              <li key={listener}>
                {`${host}, port ${port}, encryption: ${tlsWords[tls] ?? tls}${note === undefined ? '' : `. ${note}`}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Value({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className={useStyles().value}>{children}</span>;
}
