import {
  Avatar,
  Button,
  makeStyles,
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  tokens,
  Tooltip,
} from '@fluentui/react-components';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { SignOutRegular } from '@fluentui/react-icons/svg/sign-out';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call } from '../api/client.ts';
import { roleNames, useSession } from '../app/session.ts';
import { useBarStyles } from './bar-styles.ts';

const useStyles = makeStyles({
  who: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  role: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

export function AccountMenu(): ReactNode {
  const styles = useStyles();
  const { button } = useBarStyles();
  const session = useSession().data;
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    await call('signOut', {});
    // Nothing that this account saw stays in the browser for the next one.
    client.clear();
    await navigate({ to: '/sign-in' });
  };
  const name = session?.name ?? '';
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={`Account of ${name}`} relationship="label">
          <Button
            className={button}
            appearance="subtle"
            shape="circular"
            icon={<Avatar name={name} size={28} color="neutral" aria-hidden="true" />}
          />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <div className={styles.name}>{name}</div>
          <div className={styles.role}>{session?.role && roleNames[session.role]}</div>
        </div>
        <MenuDivider />
        <MenuList>
          <MenuItem icon={<PersonRegular />} onClick={() => void navigate({ to: '/account' })}>
            Your account
          </MenuItem>
          <MenuItem icon={<SignOutRegular />} onClick={() => void signOut()}>
            Sign out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
