/** Actions on every waiting message that fits the filters, not only on those that are shown. */
import { Menu, MenuButton, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { MessageFilter } from '../../../contract/schemas/messages.ts';
import type { Action } from '../message/action-list.ts';
import { actionWords } from '../message/action-list.ts';
import { BulkDialog } from '../message/bulk-dialog.tsx';

const actions: readonly Action[] = ['retry', 'hold', 'release', 'reroute', 'delete'];

export function ActOnAll({ query }: { readonly query: Partial<MessageFilter> }): ReactNode {
  const [action, setAction] = useState<Action>();
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton appearance="subtle">Act on all that fit</MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {actions.map((one) => (
              <MenuItem key={one} onClick={() => setAction(one)}>
                {actionWords[one].title}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      {action !== undefined && (
        <BulkDialog action={action} target={{ filter: query }} onClose={() => setAction(undefined)} />
      )}
    </>
  );
}
