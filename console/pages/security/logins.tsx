import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SecurityOverview } from '../../../contract/schemas/security.ts';
import type { List } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { Told } from '../../parts/prose.tsx';
import { NumberLink } from '../../parts/number-link.tsx';

type LockOut = SecurityOverview['lockOuts'][number];

const useStyles = makeStyles({
  tiles: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 180px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
});

export function Logins({ overview }: { readonly overview: SecurityOverview }): ReactNode {
  const styles = useStyles();
  const { failedLogins, lockOuts } = overview;
  const zone = useZoneName();
  const mayEnd = useMay('operator');
  const [ending, setEnding] = useState<LockOut>();
  return (
    <>
      <div className={styles.tiles}>
        <NumberLink
          label="Failed logins, last hour"
          value={failedLogins.hour}
          {...(failedLogins.hour > 0 && { tone: 'warning' as const })}
        />
        <NumberLink label="Failed logins, 24 hours" value={failedLogins.day} />
        <NumberLink label="Lock-outs in force" value={lockOuts.length} />
      </div>
      <Card title="Lock-outs" flush={lockOuts.length > 0}>
        <DataList
          label="Lock-outs"
          noun="lock-out"
          list={listOf(lockOuts)}
          columns={[
            { key: 'key', title: 'Who', cell: ({ key }) => key },
            {
              key: 'kind',
              title: 'Kind',
              width: '160px',
              cell: ({ kind, door }) =>
                `${kind === 'address' ? 'Address' : 'User name'}, ${door === 'smtp' ? 'mail' : 'console'}`,
            },
            {
              key: 'until',
              title: 'Ends',
              width: '140px',
              cell: ({ until }) => <Moment at={until} show="due" />,
            },
            ...(mayEnd
              ? [
                  {
                    key: 'action',
                    title: 'Action',
                    width: '120px',
                    cell: (lockOut: LockOut) => (
                      <Button size="small" onClick={() => setEnding(lockOut)}>
                        End it
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
          keyOf={({ id }) => id}
          nameOf={({ key }) => key}
          empty={
            <EmptyState title="Nobody is locked out">
              After several wrong passwords an address and a user name are locked out for a time; what they
              try then is refused without a look at the password.
            </EmptyState>
          }
        />
      </Card>
      <Card title="Latest failed logins" flush={failedLogins.recent.length > 0}>
        <DataList
          label="Failed logins"
          noun="failed login"
          list={listOf(failedLogins.recent)}
          columns={[
            {
              key: 'who',
              title: 'What happened',
              cell: (event) => (
                <span title={failureWords(event)}>
                  <Told text={failureWords(event)} show="short" />
                </span>
              ),
            },
            { key: 'address', title: 'From', width: '140px', cell: ({ address }) => address ?? '' },
            {
              key: 'source',
              title: 'Source',
              width: '16%',
              only: 'wide',
              cell: ({ source }) => source ?? 'None',
            },
            { key: 'at', title: `When (${zone})`, width: '150px', cell: ({ at }) => <Moment at={at} /> },
          ]}
          keyOf={({ ref, at }) => `${ref} ${at}`}
          nameOf={failureWords}
          empty={
            <EmptyState title="No failed login">
              A wrong user name or password of a device appears here.
            </EmptyState>
          }
        />
      </Card>
      {ending && <EndLockOut lockOut={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function EndLockOut({
  lockOut,
  onClose,
}: {
  readonly lockOut: LockOut;
  readonly onClose: () => void;
}): ReactNode {
  const end = useChange('endLockOut', ['securityOverview', 'audit']);
  const announce = useAnnounce();
  return (
    <Confirm
      title={`End the lock-out of ${lockOut.key}`}
      action="End the lock-out"
      busy={end.isPending}
      problem={end.error}
      onClose={onClose}
      onConfirm={() =>
        end.mutate(
          { params: { id: lockOut.id } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `${lockOut.key} may log in again` });
              onClose();
            },
          },
        )
      }
    >
      <p>
        {lockOut.door === 'smtp'
          ? 'It may try again at once, and its count of failures begins anew. Set the password right at the device first, or it is locked out again.'
          : 'Sign-in to the console may be tried again at once, and the count of failures begins anew.'}
      </p>
    </Confirm>
  );
}

function failureWords({ fields }: SecurityOverview['failedLogins']['recent'][number]): string {
  const { username, explanation } = fields;
  const who = typeof username === 'string' ? `${username}: ` : '';
  return `${who}${typeof explanation === 'string' ? explanation : 'the login failed'}`;
}

/** What came with another answer, as a list that is all there. */
export function listOf<T>(items: readonly T[]): List<T> {
  return { items, isFirst: false, isBusy: false, problem: null, again: () => undefined };
}
