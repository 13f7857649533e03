import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SignedInSession } from '../../../contract/schemas/access.ts';
import { useList } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { browserName } from './browser-name.ts';

const methods: Readonly<Record<SignedInSession['method'], string>> = {
  password: 'Password',
  'password-and-code': 'Password and code',
  passkey: 'Passkey',
  oidc: 'Single sign-on',
  'first-account': 'One-time link',
};

/** `of`: sessions of this account alone. */
export function SessionList({ of: account }: { readonly of?: string }): ReactNode {
  const list = useList('sessions', {}, 15_000);
  const [ending, setEnding] = useState<SignedInSession>();
  const items = list.items.filter(({ name }) => account === undefined || name === account);
  const columns: readonly Column<SignedInSession>[] = [
    {
      key: 'name',
      title: account === undefined ? 'Account' : 'Browser',
      cell: ({ name, current, userAgent }) => {
        const title = account === undefined ? name : browserName(userAgent);
        return current ? `${title} (this one)` : title;
      },
    },
    { key: 'method', title: 'Signed in by', width: '160px', cell: ({ method }) => methods[method] },
    { key: 'address', title: 'From', width: '16%', cell: ({ address }) => address },
    ...(account === undefined
      ? [
          {
            key: 'browser',
            title: 'Browser',
            width: '16%',
            only: 'wide' as const,
            cell: ({ userAgent }: SignedInSession) => <span title={userAgent}>{browserName(userAgent)}</span>,
          },
        ]
      : []),
    {
      key: 'seen',
      title: 'Last used',
      width: '110px',
      cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} show="relative" />,
    },
    {
      key: 'end',
      title: 'Ends',
      width: '100px',
      cell: ({ expiresAt }) => <Moment at={expiresAt} show="due" />,
    },
    {
      key: 'action',
      title: 'Action',
      width: '120px',
      cell: (session) =>
        session.current ? (
          ''
        ) : (
          <Button size="small" onClick={() => setEnding(session)}>
            End it
          </Button>
        ),
    },
  ];
  return (
    <>
      <Card flush>
        <DataList
          label="Sessions"
          noun="session"
          list={{ ...list, items }}
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ name, address }) => `session of ${name} from ${address}`}
          empty={
            <EmptyState title="Nobody is signed in">
              A session ends 12 hours after its last use, and 7 days after the sign-in.
            </EmptyState>
          }
        />
      </Card>
      {ending && <EndSession session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function EndSession({
  session,
  onClose,
}: {
  readonly session: SignedInSession;
  readonly onClose: () => void;
}): ReactNode {
  const end = useChange('endSession', ['sessions', 'audit']);
  const announce = useAnnounce();
  return (
    <Confirm
      title={`End the session of ${session.name}`}
      action="End the session"
      busy={end.isPending}
      problem={end.error}
      onClose={onClose}
      onConfirm={() =>
        end.mutate(
          { params: { id: session.id } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `The session of ${session.name} was ended` });
              onClose();
            },
          },
        )
      }
    >
      <p>
        {`${browserName(session.userAgent)} at ${session.address} is signed out at once and has to sign in again. Nothing that was saved is lost.`}
      </p>
    </Confirm>
  );
}
