/** Alerts, open or over, each with what is the matter, what to do, who was told and who looks after it. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AlertView } from '../../../contract/schemas/alerts.ts';
import { useList } from '../../api/list.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose, Told } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Acknowledge } from './acknowledge.tsx';
import { MuteRule } from './mute-rule.tsx';

const everyMs = 10_000;
const about = { opened: 'Opened', worse: 'Grew worse', closed: 'Over' } as const;

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  subtitle: { fontWeight: tokens.fontWeightSemibold },
  told: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, overflowWrap: 'anywhere' },
});

function State({ alert }: { readonly alert: AlertView }): ReactNode {
  if (alert.state === 'closed') return <StatusBadge tone="good">Over</StatusBadge>;
  if (alert.acknowledged)
    return <StatusBadge tone="paused">{`${alert.acknowledged.by} looks after it`}</StatusBadge>;
  return alert.muted ? (
    <StatusBadge tone="paused">Muted</StatusBadge>
  ) : (
    <StatusBadge tone="waiting">New</StatusBadge>
  );
}

const severity = ({ severity: level }: AlertView): ReactNode => (
  <StatusBadge tone={level === 'critical' ? 'bad' : 'warning'}>
    {level === 'critical' ? 'Critical' : 'Warning'}
  </StatusBadge>
);

const columns: readonly Column<AlertView>[] = [
  {
    key: 'what',
    title: 'What',
    width: '30%',
    cell: ({ title, subject }) => <span title={`${title}: ${subject}`}>{`${title}: ${subject}`}</span>,
  },
  { key: 'severity', title: 'Severity', width: '110px', cell: severity },
  { key: 'text', title: 'Evidence', cell: ({ text }) => <Told text={text} show="short" /> },
  { key: 'since', title: 'Since', width: '110px', cell: ({ openedAt }) => <Moment at={openedAt} /> },
  { key: 'state', title: 'State', width: '150px', cell: (alert) => <State alert={alert} /> },
];

export interface AlertListProps {
  readonly state: 'open' | 'closed';
  readonly open: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

export function AlertList({ state, open, onOpen }: AlertListProps): ReactNode {
  const list = useList('alerts', { query: { state } }, everyMs);
  const opened = list.items.find(({ id }) => id === open);
  return (
    <Card flush>
      <DataList
        label={state === 'open' ? 'Open alerts' : 'Alerts that are over'}
        noun="alert"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ title, subject }) => `${title}: ${subject}`}
        openKey={open}
        onOpen={({ id }) => onOpen(id)}
        empty={
          state === 'open' ? (
            <EmptyState title="Nothing is the matter" icon={AlertRegular}>
              The relay looks every 15 seconds. Under Rules stands what it looks for and from when on it is an
              alert; under Channels, who hears of it.
            </EmptyState>
          ) : (
            <EmptyState title="No alert is over" icon={AlertRegular}>
              What was the matter, and is no longer, stays here as long as <code>retention.alerts</code> of
              relay365.yaml says.
            </EmptyState>
          )
        }
      />
      {opened && (
        <Flyout title={`${opened.title}: ${opened.subject}`} onClose={() => onOpen(undefined)}>
          <Details alert={opened} />
        </Flyout>
      )}
    </Card>
  );
}

function Details({ alert }: { readonly alert: AlertView }): ReactNode {
  const styles = useStyles();
  const mayAct = useMay('operator');
  const [dialog, setDialog] = useState<'acknowledge' | 'mute'>();
  const close = (): void => setDialog(undefined);
  const { acknowledged, told } = alert;
  return (
    <>
      <State alert={alert} />
      {mayAct && alert.state === 'open' && (
        <div className={styles.buttons}>
          <Button appearance="primary" onClick={() => setDialog('acknowledge')}>
            {acknowledged ? 'Change the note' : 'Acknowledge'}
          </Button>
          {!alert.muted && <Button onClick={() => setDialog('mute')}>Mute the rule</Button>}
        </div>
      )}
      <Facts
        facts={[
          ['Severity', severity(alert)],
          ['Evidence', <Told key="text" text={alert.text} />],
          ['What to do', <Prose key="advice" text={alert.advice} />],
          ['Since', <Moment key="since" at={alert.openedAt} show="full" />],
          ['Over since', alert.closedAt && <Moment key="closed" at={alert.closedAt} show="full" />],
          [
            'Connector',
            alert.connector && (
              <Link key="connector" to="/connectors/$name" params={{ name: alert.connector }}>
                {alert.connector}
              </Link>
            ),
          ],
          [
            'Source',
            alert.source && (
              <Link key="source" to="/sources/$name" params={{ name: alert.source }}>
                {alert.source}
              </Link>
            ),
          ],
          [
            'Rule',
            <Link key="rule" to="/alerts" search={{ tab: 'rules', open: alert.rule }}>
              {alert.rule}
            </Link>,
          ],
          [
            'Acknowledged',
            acknowledged && (
              <span key="by">
                {`${acknowledged.by}: ${acknowledged.note} `}(<Moment at={acknowledged.at} show="full" />)
              </span>
            ),
          ],
        ]}
      />
      <div>
        <p className={styles.subtitle}>Who was told</p>
        {told.length === 0 ? (
          <p>{alert.muted ? 'Nobody: the rule is muted.' : 'Nobody. The log and this page show it.'}</p>
        ) : (
          <ul className={styles.told}>
            {told.map((word) => (
              <li key={`${word.channel} ${word.about}`}>
                <StatusBadge
                  tone={word.ok ? 'good' : 'bad'}
                >{`${word.channel}: ${about[word.about]}`}</StatusBadge>{' '}
                <Moment at={word.at} show="full" />
                <p>
                  <Told text={word.detail} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </div>
      {dialog === 'acknowledge' && <Acknowledge alert={alert} onClose={close} />}
      {dialog === 'mute' && <MuteRule rule={alert.rule} title={alert.title} onClose={close} />}
    </>
  );
}
