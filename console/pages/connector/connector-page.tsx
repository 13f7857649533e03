/** One way out: how it does, what stands in its way, what it may use, and its entry in the policy. */
import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { stringify } from 'yaml';
import type { ConnectorDetail, ConnectorView } from '../../../contract/schemas/connectors.ts';
import { useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { FindingList } from '../../parts/finding-list.tsx';
import { ManagedNote, Snippet } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Told } from '../../parts/prose.tsx';
import { countOf, number, sentence } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { identityWords, limitsWords, routeWords, stateOf } from '../connectors/connector-words.ts';
import { ConnectorActions } from './connector-actions.tsx';
import { ConnectorAttempts } from './connector-attempts.tsx';
import { ConnectorCertificates } from './connector-certificates.tsx';
import { ConnectorQuotas } from './connector-quotas.tsx';
import { LastValidation } from './last-validation.tsx';
import { SignInCard } from './sign-in-card.tsx';
import { Stops } from './stops.tsx';

const everyMs = 5_000;

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    gap: tokens.spacingHorizontalL,
    // One that is left alone in the last row takes all of it.
    '& > :last-child:nth-child(odd)': { gridColumn: '1 / -1' },
  },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  const navigate = useNavigate();
  const { data, error, refetch } = useRead('connector', { params: { name } }, { every: everyMs });
  const detail = data?.connector.name === name ? data : undefined;
  return (
    <PageFrame
      title={name}
      above={<Link to="/connectors">Connectors</Link>}
      {...(detail && {
        lead: `${routeWords(detail.connector.route)} to ${detail.connector.hosts.join(', ')}`,
      })}
      actions={
        <div className={styles.actions}>
          <CopyLink />
          {detail && <ConnectorActions detail={detail} onGone={() => void navigate({ to: '/connectors' })} />}
        </div>
      }
    >
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!detail && !error && <PagePending />}
      {detail && <Content detail={detail} />}
    </PageFrame>
  );
}

function Content({ detail }: { readonly detail: ConnectorDetail }): ReactNode {
  const styles = useStyles();
  const { connector, document, findings } = detail;
  const { route } = document as { readonly route?: { readonly credential?: { readonly signIn?: string } } };
  return (
    <>
      <ManagedNote at={detail.path} />
      {connector.suspended && <Suspended connector={connector} />}
      {findings.length > 0 && (
        <Card title="What the relay finds">
          <FindingList findings={findings} />
        </Card>
      )}
      <div className={styles.grid}>
        <HealthCard connector={connector} />
        <PlaceCard connector={connector} />
        {route?.credential?.signIn === 'device-code' && <SignInCard name={connector.name} />}
        <ConnectorQuotas connector={connector} />
        <LastValidation name={connector.name} />
        <Stops connector={connector} />
        <ConnectorCertificates name={connector.name} />
      </div>
      {connector.lastFailure && (
        <Card title="Last failure">
          <p>
            <Moment at={connector.lastFailure.at} show="full" />
          </p>
          <ReplyBlock reply={connector.lastFailure.text} explanation={connector.lastFailure.explanation} />
        </Card>
      )}
      <ConnectorAttempts name={connector.name} />
      <Card title="Entry in the policy">
        <p>Secrets are left out. Defaults are not written here.</p>
        <Snippet label={`Entry of ${connector.name}`} yaml={stringify({ connectors: [document] })} />
      </Card>
    </>
  );
}

function Suspended({ connector: { suspended } }: { readonly connector: ConnectorView }): ReactNode {
  if (!suspended) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Suspended: its mail waits</MessageBarTitle>
        {suspended.reason !== undefined && <Told text={suspended.reason} />}
        {suspended.since !== undefined && (
          <>
            {' '}
            Since <Moment at={suspended.since} show="full" />.
          </>
        )}
        {suspended.until === undefined ? (
          ' It stays so until somebody resumes it.'
        ) : (
          <>
            {' '}
            Until <Moment at={suspended.until} show="full" />, by itself.
          </>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}

function HealthCard({ connector }: { readonly connector: ConnectorView }): ReactNode {
  const { tone, words } = stateOf(connector);
  const { totals, lastSuccessAt, connections } = connector;
  return (
    <Card title="How it does">
      <StatusBadge tone={tone}>{words}</StatusBadge>
      <Facts
        facts={[
          [
            'Last success',
            lastSuccessAt === undefined ? (
              'None yet'
            ) : (
              <Moment key="success" at={lastSuccessAt} show="full" />
            ),
          ],
          ['Under way', <Count key="active" of={connector} count={connector.active} status="waiting" />],
          ['Wait for a place', <Places key="waiting" count={connector.waiting} />],
          [
            'Connections',
            connections &&
              `${connections.now} at a time${connections.now < connections.limit ? `, of ${connections.limit}: ${connections.reason ?? ''}` : ''}`,
          ],
          ['Relayed', <Count key="relayed" of={connector} count={totals.relayed} status="delivered" />],
          ['Put off so far', <PutOff key="deferred" of={connector} />],
          ['Failed', <Count key="failed" of={connector} count={totals.failed} status="undelivered" />],
          ['In doubt', totals.inDoubt > 0 && <InDoubt key="doubt" of={connector} />],
        ]}
      />
    </Card>
  );
}

/** A number with the way to the messages behind it, for who may see them. */
function Count({
  of: { name },
  count,
  status,
}: {
  readonly of: ConnectorView;
  readonly count: number;
  readonly status: 'waiting' | 'delivered' | 'undelivered';
}): ReactNode {
  const mayTrace = useMay('help-desk');
  if (!mayTrace || count === 0) return number(count);
  return (
    <Link to="/messages" search={{ connector: name, status }}>
      {number(count)}
    </Link>
  );
}

/** Recipients since the connector was first used; the list has their messages as long as the trace is kept. */
function InDoubt({ of: { name, totals } }: { readonly of: ConnectorView }): ReactNode {
  const mayTrace = useMay('help-desk');
  const words = `${number(totals.inDoubt)}, which may arrive twice`;
  if (!mayTrace) return words;
  return (
    <Link to="/messages" search={{ connector: name, inDoubt: 'yes' }}>
      {words}
    </Link>
  );
}

/** What waits for a free connection was not tried yet, so no filter of messages knows it: the queue by connector does. */
function Places({ count }: { readonly count: number }): ReactNode {
  if (count === 0) return number(count);
  return (
    <Link to="/queue" search={{ by: 'connector' }}>
      {number(count)}
    </Link>
  );
}

/** Attempts, most of them of messages that left since: the number has no list, what waits after one has. */
function PutOff({ of: { name, totals } }: { readonly of: ConnectorView }): ReactNode {
  const mayTrace = useMay('help-desk');
  return (
    <span>
      {countOf(totals.deferred, 'attempt')}
      {mayTrace && totals.deferred > 0 && (
        <>
          {'; '}
          <Link to="/messages" search={{ connector: name, status: 'waiting' }}>
            what waits now
          </Link>
        </>
      )}
    </span>
  );
}

function PlaceCard({ connector }: { readonly connector: ConnectorView }): ReactNode {
  const { addressSpaces, sources, fallback, tls, tenant, identity } = connector;
  return (
    <Card title="From, to and by what">
      <Facts
        facts={[
          ['Type', routeWords(connector.route)],
          ['Target', connector.hosts.join(', ')],
          ['Tenant', tenant],
          ['Identity', identityWords(identity)],
          ['TLS', sentence(tls)],
          ['Sources', sources.join(', ') === '*' ? 'All' : sources.join(', ')],
          ['Domains', addressSpaces.map(({ pattern, cost }) => `${pattern} (cost ${cost})`).join(', ')],
          ['Limits', limitsWords(connector).join(', ')],
          ['Stands in', fallback === undefined ? 'Nobody' : fallback.join(', then ')],
        ]}
      />
    </Card>
  );
}
