/** One account, and what an administrator does to it. Each change names the state that was seen, so that two do not undo each other. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { UserView } from '../../../contract/schemas/access.ts';
import { etagOf } from '../../api/client.ts';
import { useChange, useRead } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { roleNames, useSession } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { isLongEnough, NewPasswordField } from '../../parts/new-password-field.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { AccountState, SecondFactor } from './account-state.tsx';
import { RoleField } from './role-field.tsx';

type Action = 'role' | 'password' | 'factors' | 'disable' | 'enable' | 'delete';

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function AccountFlyout({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const { data, error } = useRead('user', { params: { name } });
  return (
    <Flyout title={name} onClose={onClose}>
      {error && <ErrorState problem={error} />}
      {!data && !error && <PagePending />}
      {data?.name === name && <Details user={data} onGone={onClose} />}
    </Flyout>
  );
}

function Details({ user, onGone }: { readonly user: UserView; readonly onGone: () => void }): ReactNode {
  const styles = useStyles();
  const [action, setAction] = useState<Action>();
  const isLocal = user.kind === 'local';
  const hasFactors = user.totp || user.passkeys > 0;
  const offered: readonly (readonly [Action, string, boolean])[] = [
    ['role', 'Change role', isLocal],
    ['password', 'New password', isLocal],
    ['factors', 'Reset second factor', hasFactors],
    ['disable', 'Disable', !user.disabled],
    ['enable', 'Enable', user.disabled],
    ['delete', 'Delete', true],
  ];
  return (
    <>
      <AccountState disabled={user.disabled} />
      <Facts
        facts={[
          ['Role', roleNames[user.role]],
          ['Known by', isLocal ? 'This relay' : 'Single sign-on, which gives the role'],
          ['Second factor', <SecondFactor key="second" {...user} />],
          ['Made', <Moment key="made" at={user.createdAt} show="full" />],
          [
            'Last sign-in',
            user.lastSignInAt === undefined ? (
              'Not yet'
            ) : (
              <Moment key="last" at={user.lastSignInAt} show="full" />
            ),
          ],
          [
            'Password set',
            user.passwordChangedAt && <Moment key="password" at={user.passwordChangedAt} show="full" />,
          ],
        ]}
      />
      <div className={styles.actions}>
        {offered
          .filter(([, , isOffered]) => isOffered)
          .map(([one, title]) => (
            <Button key={one} onClick={() => setAction(one)}>
              {title}
            </Button>
          ))}
      </div>
      {action === 'delete' && <Delete user={user} onGone={onGone} onClose={() => setAction(undefined)} />}
      {action !== undefined && action !== 'delete' && (
        <Change key={action} user={user} action={action} onClose={() => setAction(undefined)} />
      )}
    </>
  );
}

const titles = {
  role: ['Change the role', 'Change the role'],
  password: ['Set a new password', 'Set the password'],
  factors: ['Reset the second factor', 'Reset the second factor'],
  disable: ['Disable the account', 'Disable the account'],
  enable: ['Enable the account', 'Enable the account'],
} as const;

interface ChangeProps {
  readonly user: UserView;
  readonly action: Exclude<Action, 'delete'>;
  readonly onClose: () => void;
}

function Change({ user, action, onClose }: ChangeProps): ReactNode {
  const { name } = user;
  const [role, setRole] = useState<Role>(user.role);
  const [password, setPassword] = useState('');
  const change = useChange('changeUser', ['users', 'user', 'sessions', 'audit']);
  const announce = useAnnounce();
  const [title, button] = titles[action];
  const bodies = {
    role: { role },
    password: { password },
    factors: { totp: false, passkeys: false },
    disable: { disabled: true },
    enable: { disabled: false },
  } as const;
  const isBlocked =
    (action === 'role' && role === user.role) || (action === 'password' && !isLongEnough(password));
  return (
    <Confirm
      title={`${title} of ${name}`.replace('account of', 'account')}
      action={button}
      busy={change.isPending}
      blocked={isBlocked}
      problem={change.error}
      onClose={onClose}
      onConfirm={() =>
        change.mutate(
          { params: { name }, body: bodies[action], options: { ifMatch: etagOf(user) ?? '*' } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `Done: ${title.toLowerCase()} of ${name}` });
              onClose();
            },
          },
        )
      }
    >
      {action === 'role' && <RoleField value={role} onChange={setRole} />}
      {action === 'password' && (
        <>
          <p>All sessions of the account end. Hand the new password over in person.</p>
          <NewPasswordField label="New password" canMake value={password} onChange={setPassword} />
        </>
      )}
      {action === 'factors' && (
        <p>
          The authenticator app and all passkeys of {name} are taken away; the password alone signs in until
          another one is added. Do this only for somebody whom you know to have lost the device.
        </p>
      )}
      {action === 'disable' && (
        <p>{name} can no longer sign in, and all open sessions end now. It can be enabled again.</p>
      )}
      {action === 'enable' && (
        <p>{name} can sign in again, with the password and second factor from before.</p>
      )}
    </Confirm>
  );
}

function Delete({
  user,
  onGone,
  onClose,
}: Omit<ChangeProps, 'action'> & { readonly onGone: () => void }): ReactNode {
  const { name } = user;
  const remove = useChange('removeUser', ['users', 'sessions', 'audit']);
  const sessions = useRead('sessions', {});
  const isOwn = useSession().data?.name === name;
  const announce = useAnnounce();
  const open = sessions.data?.items.filter((session) => session.name === name).length ?? 0;
  return (
    <Confirm
      title={`Delete the account ${name}`}
      action="Delete the account"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { params: { name }, options: { ifMatch: etagOf(user) ?? '*' } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `${name} was deleted` });
              onGone();
            },
          },
        )
      }
    >
      <p>
        {`This cannot be undone. ${open === 0 ? 'It has no open session.' : `Its open sessions (${open}) end now.`} What it did stays in the audit log; API tokens that it made stay as well.`}
      </p>
      {isOwn && <p>This is your own account: you are signed out.</p>}
    </Confirm>
  );
}
