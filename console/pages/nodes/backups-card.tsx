/** The last good backup, the last rehearsal, and a button that makes one now. */
import { Button, makeStyles, MessageBar, MessageBarBody, Spinner, tokens } from '@fluentui/react-components';
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive';
import type { ReactNode } from 'react';
import type { BackupsView, BackupView } from '../../../contract/schemas/backup.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Snippet } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { lengthOfTime } from '../../parts/time.ts';
import { bytes, countOf } from '../../parts/words.ts';
import { BackupActions } from './backup-actions.tsx';

const everyMs = 15_000;

const example = `backup:
  to: /mnt/backup/relay365
  key: { file: ./backup.key }
`;

const states: Readonly<Record<BackupView['state'], readonly [Tone, string]>> = {
  good: ['good', 'Good'],
  failed: ['bad', 'Failed'],
  missing: ['warning', 'Its file is gone'],
};

const useStyles = makeStyles({
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalM}`,
  },
});

const columns: readonly Column<BackupView>[] = [
  { key: 'at', title: 'When', width: '150px', cell: ({ at }) => <Moment at={at} /> },
  {
    key: 'state',
    title: 'State',
    width: '150px',
    cell: ({ state }) => <StatusBadge tone={states[state][0]}>{states[state][1]}</StatusBadge>,
  },
  { key: 'name', title: 'Name', cell: ({ name, detail }) => <span title={detail}>{name}</span> },
  { key: 'size', title: 'Size', width: '100px', cell: (one) => bytes(one.bytes) },
  {
    key: 'messages',
    title: 'In it',
    width: '130px',
    only: 'wide',
    cell: ({ messages }) => messages !== undefined && countOf(messages, 'message'),
  },
  {
    key: 'by',
    title: 'By',
    width: '110px',
    only: 'wide',
    cell: ({ by }) => (by === 'schedule' ? 'the relay' : by),
  },
  {
    key: 'trial',
    title: 'Rehearsed',
    width: '150px',
    cell: ({ rehearsed }) =>
      rehearsed ? (
        <StatusBadge tone={rehearsed.ok ? 'good' : 'bad'}>
          {rehearsed.ok ? 'Restored well' : 'Failed'}
        </StatusBadge>
      ) : (
        'Not yet'
      ),
  },
  { key: 'do', title: 'Actions', width: '210px', cell: (one) => <BackupActions backup={one} /> },
];

export function BackupsCard(): ReactNode {
  const styles = useStyles();
  const mayMake = useMay('administrator');
  const { data, error, isFetching, refetch } = useRead('backups', {}, { every: everyMs });
  const make = useChange('createBackup', ['backups']);
  const announce = useAnnounce();
  const create = (): void =>
    make.mutate(
      { body: {} },
      {
        onSuccess: ({ name }) => announce({ intent: 'success', title: 'The backup is whole', detail: name }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  const isBusy = make.isPending || data?.running === true;
  return (
    <Card
      title="Backups"
      flush
      actions={
        mayMake &&
        data?.configured === true && (
          <Button appearance="primary" icon={<ArchiveRegular />} disabled={isBusy} onClick={create}>
            Make a backup now
          </Button>
        )
      }
    >
      <div className={styles.body} aria-live="polite">
        {error && <ErrorState problem={error} retry={() => void refetch()} />}
        {isBusy && <Spinner size="tiny" label="A backup is under way" labelPosition="after" />}
        {make.error && <ErrorState problem={make.error} />}
        {data && <State backups={data} />}
      </div>
      {data && (data.configured || data.items.length > 0) && (
        <DataList
          label="Backups"
          noun="backup"
          list={{
            items: data.items,
            isFirst: false,
            isBusy: isFetching,
            problem: null,
            again: () => undefined,
          }}
          columns={columns}
          keyOf={({ name, at }) => `${name} ${at}`}
          nameOf={({ name }) => name}
          empty={
            <EmptyState title="No backup yet" icon={ArchiveRegular}>
              The first is made by itself, or now by the button.
            </EmptyState>
          }
        />
      )}
    </Card>
  );
}

function State({ backups }: { readonly backups: BackupsView }): ReactNode {
  const { configured, reason, lastGood, lastRehearsal, to, everyMs: every, keep, nextAt } = backups;
  return (
    <>
      {!configured && (
        <>
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{`The relay makes no backup${reason === undefined ? '' : `: ${reason}`}.`}</MessageBarBody>
          </MessageBar>
          <p>
            Lines such as these in relay365.yaml, and a restart, change that.{' '}
            <code>openssl rand -base64 32</code> makes a key; keep it elsewhere too, since nothing is restored
            without it.
          </p>
          <Snippet label="Example of a backup" yaml={example} />
        </>
      )}
      {(configured || lastGood) && (
        <Facts
          facts={[
            [
              'Last good backup',
              lastGood ? (
                <span key="good">
                  <Moment at={lastGood.at} show="full" />
                  {`, ${bytes(lastGood.bytes)}`}
                  {lastGood.messages !== undefined && `, ${countOf(lastGood.messages, 'message')}`}
                </span>
              ) : (
                'None'
              ),
            ],
            [
              'Last rehearsal',
              lastRehearsal ? (
                <span key="rehearsal">
                  <StatusBadge tone={lastRehearsal.ok ? 'good' : 'bad'}>
                    {lastRehearsal.ok ? 'Restored well' : 'Failed'}
                  </StatusBadge>{' '}
                  <Moment at={lastRehearsal.at} show="full" />
                  <br />
                  {lastRehearsal.text}
                </span>
              ) : (
                'none: whether it can be restored is not known'
              ),
            ],
            ['Kept in', to],
            [
              'How often',
              every !== undefined &&
                `every ${lengthOfTime(every)}${keep === undefined ? '' : `, the last ${keep} are kept`}`,
            ],
            ['Next', nextAt && <Moment key="next" at={nextAt} show="due" />],
          ].map(([name, value]) => [name as string, value === false ? undefined : value])}
        />
      )}
    </>
  );
}
