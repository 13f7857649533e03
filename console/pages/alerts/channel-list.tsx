/** Who hears of alerts, how the last message went, and a button that sends one now. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { AlertChannelView } from '../../../contract/schemas/alerts.ts';
import { useList } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Snippet } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';

const everyMs = 30_000;

const types: Readonly<Record<AlertChannelView['type'], string>> = {
  webhook: 'Webhook',
  mail: 'Mail',
  syslog: 'Syslog',
  heartbeat: 'Heartbeat to a monitor',
};

const example = `alerts:
  channels:
    - name: team
      type: webhook
      format: teams
      url: { file: ./team-webhook.secret }
`;

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  result: { overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function ChannelList(): ReactNode {
  const styles = useStyles();
  const list = useList('alertChannels', {}, everyMs);
  if (list.problem) return <ErrorState problem={list.problem} retry={list.again} />;
  if (list.isFirst) return <PagePending />;
  if (list.items.length === 0) {
    return (
      <Card>
        <EmptyState title="Nobody is told">
          Alerts stand on this page, in the log and in the metrics alone. A channel under{' '}
          <code>alerts.channels</code> of relay365.yaml tells people: a webhook (Teams, Slack, any other),
          mail by a way beside the queue, or syslog. Example:
        </EmptyState>
        <Snippet label="Example of a channel" yaml={example} />
      </Card>
    );
  }
  return (
    <>
      <div className={styles.grid}>
        {list.items.map((channel) => (
          <Channel key={channel.name} channel={channel} />
        ))}
      </div>
      <p className={styles.quiet}>
        Channels stand under <code>alerts.channels</code> and <code>alerts.heartbeat</code> of relay365.yaml;
        a change needs a restart.
      </p>
    </>
  );
}

function Channel({ channel }: { readonly channel: AlertChannelView }): ReactNode {
  const styles = useStyles();
  const mayTest = useMay('operator');
  const test = useChange('testAlertChannel', ['alertChannels']);
  const { name, last, waiting } = channel;
  return (
    <Card
      title={name}
      actions={
        mayTest && (
          <Button
            disabled={test.isPending}
            aria-label={`Send a test message by ${name}`}
            onClick={() => test.mutate({ params: { name } })}
          >
            Send a test
          </Button>
        )
      }
    >
      <StatusBadge tone={!last ? 'plain' : last.ok ? 'good' : 'bad'}>
        {!last ? 'Nothing sent yet' : last.ok ? 'Works' : 'Failed last'}
      </StatusBadge>
      <Facts
        facts={[
          ['Kind', types[channel.type]],
          ['Leads to', channel.target],
          [
            'Severity',
            channel.severity === 'critical' ? 'critical alone' : channel.severity && 'warnings too',
          ],
          ['Rules', channel.rules?.join(', ') ?? 'all'],
          ['Last message', last && <Moment key="last" at={last.at} show="full" />],
          ['Its answer', last?.detail],
          ['Wait to be sent again', waiting > 0 && countOf(waiting, 'message')],
        ].map(([key, value]) => [key as string, value === false ? undefined : value])}
      />
      <div aria-live="polite" className={styles.result}>
        {test.isPending && 'Sending …'}
        {test.data && (
          <>
            <StatusBadge tone={test.data.ok ? 'good' : 'bad'}>
              {`The test ${test.data.ok ? 'arrived' : 'failed'} after ${test.data.durationMs} ms`}
            </StatusBadge>
            <p>{test.data.detail}</p>
          </>
        )}
        {test.error && <ErrorState problem={test.error} />}
      </div>
    </Card>
  );
}
