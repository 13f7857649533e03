/** What the relay stands on: the process, its listeners, its store, and the room that it takes and has left. */
import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { NodesView } from '../../../contract/schemas/setup.ts';
import type { Status } from '../../../contract/schemas/system.ts';
import { useRead } from '../../api/queries.ts';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { bytes, countOf, number } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { BackupsCard } from './backups-card.tsx';

type Node = NodesView['items'][number];

const everyMs = 10_000;
/** A store that takes longer to answer one reading is slow, in milliseconds. */
const slowMs = 50;

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  areas: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  area: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  line: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalL },
  number: { fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground2 },
  listeners: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  listener: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalXL, rowGap: '2px' },
  name: { fontWeight: tokens.fontWeightSemibold, minWidth: '120px' },
  dangers: { paddingLeft: '18px', listStyleType: 'disc' },
});

export function Page(): ReactNode {
  const nodes = useRead('nodes', {}, { every: everyMs });
  const status = useRead('status', {}, { every: everyMs });
  const error = nodes.error ?? status.error;
  return (
    <PageFrame
      title="Nodes and storage"
      lead="The process that runs this relay, where it listens, and where mail, trace and settings lie."
      actions={<CopyLink />}
    >
      {error && (
        <ErrorState problem={error} retry={() => void Promise.all([nodes.refetch(), status.refetch()])} />
      )}
      {(!nodes.data || !status.data) && !error && <PagePending />}
      {nodes.data && status.data && (
        <>
          <Dangers status={status.data} />
          {nodes.data.items.map((node) => (
            <NodeCards key={node.name} node={node} status={status.data} />
          ))}
          <BackupsCard />
        </>
      )}
    </PageFrame>
  );
}

function Dangers({ status: { dangers, trouble } }: { readonly status: Status }): ReactNode {
  const styles = useStyles();
  return (
    <>
      {trouble !== undefined && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>No mail is taken at the moment</MessageBarTitle>
            {trouble}
          </MessageBarBody>
        </MessageBar>
      )}
      {dangers.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              {dangers.length === 1 ? 'A dangerous setting is' : 'Dangerous settings are'} in force
            </MessageBarTitle>
            <ul className={styles.dangers}>
              {dangers.map((danger) => (
                <li key={danger}>{danger}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

function NodeCards({ node, status }: { readonly node: Node; readonly status: Status }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.grid}>
      <Card title={node.name}>
        <StatusBadge tone={status.accepting ? 'good' : 'bad'}>
          {status.accepting ? 'Takes mail' : 'Takes no mail'}
        </StatusBadge>
        <Facts
          facts={[
            ['Version', `relay365 ${node.version}`],
            ['Runs on', node.runtime],
            ['Since', <Moment key="since" at={node.startedAt} show="full" />],
            ['Process', node.pid],
            ['Memory', bytes(node.memoryBytes)],
          ]}
        />
      </Card>
      <StoreCard node={node} status={status} />
      <AreasCard node={node} />
      <ListenersCard listeners={status.listeners} />
    </div>
  );
}

function StoreCard({ node, status: { queue } }: { readonly node: Node; readonly status: Status }): ReactNode {
  const isSlow = node.storeLatencyMs > slowMs;
  return (
    <Card title="Store">
      <StatusBadge tone={!node.durable ? 'warning' : isSlow ? 'warning' : 'good'}>
        {!node.durable ? 'Nothing survives a restart' : isSlow ? 'Answers slowly' : 'Answers'}
      </StatusBadge>
      <Facts
        facts={[
          ['Engine', node.store],
          ['One reading', `${number(node.storeLatencyMs)} ms`],
          ['Directory', node.data],
          [
            'In the queue',
            <Link key="queue" to="/queue">
              {countOf(queue.active, 'message')}
            </Link>,
          ],
          ['In the trace', countOf(queue.settled, 'message')],
          ['Content in memory', bytes(queue.bytesInMemory)],
        ]}
      />
    </Card>
  );
}

const areaWords = new Map([
  ['database', 'Database: queue, trace, settings'],
  ['content', 'Content of large messages'],
  ['sign-ins', 'Sign-ins of people'],
  ['other', 'Keys, certificates and small files'],
]);

function AreasCard({ node }: { readonly node: Node }): ReactNode {
  const styles = useStyles();
  const used = node.areas.reduce((sum, area) => sum + area.bytes, 0);
  const whole = used + (node.bytesFree ?? 0);
  return (
    <Card title="Room on the disk">
      <p>
        {node.bytesFree === undefined
          ? `${bytes(used)} used; how much is free is not known.`
          : `${bytes(used)} used by the relay, ${bytes(node.bytesFree)} free.`}
      </p>
      {node.bytesFree !== undefined && (
        <Bar label="Used by the relay, of what it uses and what is free" value={used} max={whole} />
      )}
      <ul className={styles.areas}>
        {node.areas
          .toSorted((a, b) => b.bytes - a.bytes)
          .map((area) => (
            <li key={area.area} className={styles.line}>
              <span>{areaWords.get(area.area) ?? area.area}</span>
              <span
                className={styles.number}
              >{`${bytes(area.bytes)} in ${countOf(area.files, 'file')}`}</span>
            </li>
          ))}
      </ul>
    </Card>
  );
}

const tlsWords = new Map([
  ['off', 'No TLS'],
  ['starttls', 'STARTTLS'],
  ['implicit', 'TLS from the first byte'],
]);

function ListenersCard({ listeners }: Pick<Status, 'listeners'>): ReactNode {
  const styles = useStyles();
  return (
    <Card title="Listeners">
      <ul className={styles.listeners}>
        {listeners.map(({ name, address, port, tls, connections }) => (
          <li key={name} className={styles.listener}>
            <span className={styles.name}>{name}</span>
            <span>{address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`}</span>
            <StatusBadge tone={tls === 'off' ? 'warning' : 'good'}>{tlsWords.get(tls) ?? tls}</StatusBadge>
            <span className={styles.number}>{countOf(connections, 'connection')}</span>
          </li>
        ))}
      </ul>
      <p className={styles.number}>
        Listeners stand under <code>listeners</code> of relay365.yaml; a change needs a restart.
      </p>
    </Card>
  );
}
