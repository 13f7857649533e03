import { Button, makeStyles } from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { TokenView } from '../../../contract/schemas/access.ts';
import { useList } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { roleNames } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { AddToken } from './add-token.tsx';

const useStyles = makeStyles({ add: { alignSelf: 'flex-start' } });

export function TokenList(): ReactNode {
  const styles = useStyles();
  const list = useList('tokens', {}, 30_000);
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<TokenView>();
  const columns: readonly Column<TokenView>[] = [
    { key: 'name', title: 'Name', cell: ({ name }) => name },
    { key: 'role', title: 'May act as', width: '130px', cell: ({ role }) => roleNames[role] },
    {
      key: 'prefix',
      title: 'Begins with',
      width: '176px',
      only: 'wide',
      cell: ({ prefix }) => <code>{prefix}</code>,
    },
    { key: 'by', title: 'Made by', width: '14%', only: 'wide', cell: ({ createdBy }) => createdBy },
    { key: 'end', title: 'Ends', width: '176px', cell: (token) => <Expiry token={token} /> },
    {
      key: 'used',
      title: 'Last used',
      width: '120px',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === undefined ? 'Never' : <Moment at={lastUsedAt} show="relative" />,
    },
    {
      key: 'action',
      title: 'Action',
      width: '120px',
      cell: (token) => (
        <Button size="small" onClick={() => setRemoving(token)}>
          Remove
        </Button>
      ),
    },
  ];
  return (
    <>
      <Button
        className={styles.add}
        appearance="primary"
        icon={<KeyRegular />}
        onClick={() => setIsAdding(true)}
      >
        Make a token
      </Button>
      <Card flush>
        <DataList
          label="API tokens"
          noun="token"
          list={list}
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          empty={
            <EmptyState title="No API token yet">
              A script or a monitoring system asks the API with a token of its own: one for each, with the
              least role that does, so that one can be removed without the others. The API is described at
              /api/openapi.json.
            </EmptyState>
          }
        />
      </Card>
      {isAdding && <AddToken onClose={() => setIsAdding(false)} />}
      {removing && <RemoveToken token={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}

function Expiry({ token: { expiresAt } }: { readonly token: TokenView }): ReactNode {
  if (expiresAt === undefined) return <StatusBadge tone="warning">Never</StatusBadge>;
  const isOver = Date.parse(expiresAt) <= Date.now();
  return isOver ? <StatusBadge tone="bad">Ended</StatusBadge> : <Moment at={expiresAt} show="due" />;
}

function RemoveToken({
  token,
  onClose,
}: {
  readonly token: TokenView;
  readonly onClose: () => void;
}): ReactNode {
  const remove = useChange('removeToken', ['tokens', 'audit']);
  const announce = useAnnounce();
  return (
    <Confirm
      title={`Remove the token ${token.name}`}
      action="Remove the token"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { params: { id: token.id } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `The token ${token.name} was removed` });
              onClose();
            },
          },
        )
      }
    >
      <p>
        What uses it is refused from now on. This cannot be undone; a new token has another value.{' '}
        {token.lastUsedAt === undefined ? (
          'It was never used.'
        ) : (
          <>
            It was last used <Moment at={token.lastUsedAt} show="relative" />.
          </>
        )}
      </p>
    </Confirm>
  );
}
