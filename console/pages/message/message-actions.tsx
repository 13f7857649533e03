/** Buttons for what can be done to one message in its present state. */
import {
  Button,
  makeStyles,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Toolbar,
  ToolbarButton,
} from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons/svg/arrow-clockwise';
import { ArrowRoutingRegular } from '@fluentui/react-icons/svg/arrow-routing';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { MailEditRegular } from '@fluentui/react-icons/svg/mail-edit';
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal';
import { PauseRegular } from '@fluentui/react-icons/svg/pause';
import { PlayRegular } from '@fluentui/react-icons/svg/play';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { usePhone } from '../../app/media.ts';
import { useMay } from '../../app/session.ts';
import type { Action } from './action-list.ts';
import { actionWords } from './action-list.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { ResendDialog } from './resend-dialog.tsx';

const useStyles = makeStyles({
  bar: { flexWrap: 'wrap', padding: 0, marginLeft: '-8px' },
  button: { whiteSpace: 'nowrap', minWidth: 'auto' },
});

type Doing = Action | 'resend';

interface Offer {
  readonly doing: Doing;
  readonly title: string;
  readonly icon: ReactElement;
}

const icons: Readonly<Record<Action, ReactElement>> = {
  retry: <ArrowClockwiseRegular />,
  hold: <PauseRegular />,
  release: <PlayRegular />,
  reroute: <ArrowRoutingRegular />,
  delete: <DeleteRegular />,
};

export function MessageActions({ message }: { readonly message: MessageDetail }): ReactNode {
  const styles = useStyles();
  const isPhone = usePhone();
  const may = useMay('operator');
  const [doing, setDoing] = useState<Doing>();
  const offers = offersFor(message);
  if (!may || offers.length === 0) return null;
  // On a phone the first is a button, and the others are behind one.
  const shown = isPhone ? offers.slice(0, 1) : offers;
  const hidden = isPhone ? offers.slice(1) : [];
  return (
    <>
      <Toolbar aria-label="Actions on this message" size="small" className={styles.bar}>
        {shown.map((offer) => (
          <ToolbarButton
            className={styles.button}
            key={offer.doing}
            icon={offer.icon}
            onClick={() => setDoing(offer.doing)}
          >
            {offer.title}
          </ToolbarButton>
        ))}
        {hidden.length > 0 && (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label="More actions" />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {hidden.map((offer) => (
                  <MenuItem key={offer.doing} icon={offer.icon} onClick={() => setDoing(offer.doing)}>
                    {offer.title}
                  </MenuItem>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
      </Toolbar>
      {doing === 'resend' && <ResendDialog message={message} onClose={() => setDoing(undefined)} />}
      {doing !== undefined && doing !== 'resend' && (
        <BulkDialog action={doing} target={{ ids: [message.id] }} onClose={() => setDoing(undefined)} />
      )}
    </>
  );
}

function offersFor({ state, contentKept }: MessageDetail): readonly Offer[] {
  const offer = (doing: Action): Offer => ({ doing, title: actionWords[doing].title, icon: icons[doing] });
  const resend: Offer = { doing: 'resend', title: 'Resend to …', icon: <MailEditRegular /> };
  const again = contentKept ? [resend] : [];
  switch (state) {
    case 'active':
      return [offer('retry'), offer('hold'), offer('reroute'), offer('delete'), ...again];
    case 'held':
      return [offer('release'), offer('reroute'), offer('delete'), ...again];
    case 'settled':
      return again;
    default:
      return state satisfies never;
  }
}
