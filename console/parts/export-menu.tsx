import {
  Menu,
  MenuButton,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import type { ReactNode } from 'react';

export interface ExportChoice {
  readonly title: string;
  /** Address that answers the file, with the filters in force. */
  readonly href: string;
  readonly file: string;
}

export function ExportMenu({ choices }: { readonly choices: readonly ExportChoice[] }): ReactNode {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance="subtle" icon={<ArrowDownloadRegular />}>
          Export
        </MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {choices.map(({ title, href, file }) => (
            <MenuItemLink key={title} href={href} download={file}>
              {title}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
