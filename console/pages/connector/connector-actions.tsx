/** Suspend and resume, edit, copy, disable, delete: each says first what it does to the mail. */
import {
  Button,
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ConnectorDetail } from '../../../contract/schemas/connectors.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { useMayEditPolicy } from '../../parts/managed-note.tsx';
import { CopyConnector, DeleteConnector, DisableConnector } from './connector-dialogs.tsx';
import { SuspendConnector } from './suspend-connector.tsx';

type Dialog = 'suspend' | 'copy' | 'disable' | 'delete';

export interface ConnectorActionsProps {
  readonly detail: ConnectorDetail;
  readonly onGone: () => void;
}

export function ConnectorActions({ detail, onGone }: ConnectorActionsProps): ReactNode {
  const { connector, document } = detail;
  const { name } = connector;
  const mayAct = useMay('operator');
  const mayEdit = useMayEditPolicy();
  const [dialog, setDialog] = useState<Dialog>();
  const navigate = useNavigate();
  const announce = useAnnounce();
  const resume = useChange('resume', ['connector', 'connectors', 'queueGroups']);
  const isDisabled = document['suspended'] === true;
  const close = (): void => setDialog(undefined);
  const use = (): void =>
    resume.mutate(
      { params: { name } },
      {
        onSuccess: () =>
          announce({
            intent: 'success',
            title: `${name} is used again`,
            detail: 'What waited for it is tried now.',
          }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <>
      {mayAct && !isDisabled && connector.suspended && (
        <Button appearance="primary" disabled={resume.isPending} onClick={use}>
          Resume
        </Button>
      )}
      {mayAct && !isDisabled && (
        <Button onClick={() => setDialog('suspend')}>
          {connector.suspended ? 'Suspend for longer' : 'Suspend'}
        </Button>
      )}
      {mayEdit === true && (
        <>
          <Button onClick={() => void navigate({ to: '/connectors/$name/edit', params: { name } })}>
            Edit
          </Button>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <MenuButton appearance="subtle">More</MenuButton>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <MenuItem onClick={() => setDialog('copy')}>Make a copy</MenuItem>
                <MenuItem onClick={() => setDialog('disable')}>{isDisabled ? 'Enable' : 'Disable'}</MenuItem>
                <MenuItem onClick={() => setDialog('delete')}>Delete</MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        </>
      )}
      {dialog === 'suspend' && <SuspendConnector name={name} onClose={close} />}
      {dialog === 'copy' && <CopyConnector name={name} onClose={close} />}
      {dialog === 'disable' && <DisableConnector detail={detail} onClose={close} />}
      {dialog === 'delete' && <DeleteConnector detail={detail} onGone={onGone} onClose={close} />}
    </>
  );
}
