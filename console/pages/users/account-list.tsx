import { Button, makeStyles } from '@fluentui/react-components';
import { PersonAddRegular } from '@fluentui/react-icons/svg/person-add';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { UserView } from '../../../contract/schemas/access.ts';
import { useList } from '../../api/list.ts';
import { roleNames, useSession } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { AccountFlyout } from './account-flyout.tsx';
import { AccountState, SecondFactor } from './account-state.tsx';
import { AddAccount } from './add-account.tsx';

const useStyles = makeStyles({ add: { alignSelf: 'flex-start' } });

export interface AccountListProps {
  /** Name of the account that is shown beside the list. */
  readonly open: string | undefined;
  readonly onOpen: (name: string | undefined) => void;
}

export function AccountList({ open, onOpen }: AccountListProps): ReactNode {
  const styles = useStyles();
  const list = useList('users', {});
  const own = useSession().data?.name;
  const zone = useZoneName();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <>
      <Button
        className={styles.add}
        appearance="primary"
        icon={<PersonAddRegular />}
        onClick={() => setIsAdding(true)}
      >
        Add an account
      </Button>
      <Card flush>
        <DataList
          label="Accounts"
          noun="account"
          list={list}
          columns={columns(own, zone)}
          keyOf={({ name }) => name}
          nameOf={({ name }) => name}
          openKey={open}
          onOpen={({ name }) => onOpen(name)}
          empty={
            <EmptyState title="No account yet">
              The relay prints a one-time link for the first one when it starts.
            </EmptyState>
          }
        />
      </Card>
      {isAdding && <AddAccount onClose={() => setIsAdding(false)} />}
      {open !== undefined && <AccountFlyout name={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function columns(own: string | undefined, zone: string): readonly Column<UserView>[] {
  return [
    { key: 'name', title: 'Name', cell: ({ name }) => (name === own ? `${name} (you)` : name) },
    { key: 'role', title: 'Role', width: '130px', cell: ({ role }) => roleNames[role] },
    { key: 'state', title: 'State', width: '120px', cell: AccountState },
    { key: 'second', title: 'Second factor', width: '220px', cell: SecondFactor },
    {
      key: 'kind',
      title: 'Known by',
      width: '150px',
      only: 'wide',
      cell: ({ kind }) => (kind === 'oidc' ? 'Single sign-on' : 'This relay'),
    },
    {
      key: 'last',
      title: `Last sign-in (${zone})`,
      width: '170px',
      cell: ({ lastSignInAt }) => (lastSignInAt === undefined ? 'Not yet' : <Moment at={lastSignInAt} />),
    },
  ];
}
