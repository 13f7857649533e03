/** Details of a row beside its list, which stays where it was. */
import {
  Button,
  Drawer,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import type { ReactNode } from 'react';
import { useFocusBack } from './focus-back.ts';

const useStyles = makeStyles({
  drawer: { width: 'min(640px, 100vw)', maxWidth: '100vw' },
  title: { overflowWrap: 'anywhere' },
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    paddingBottom: tokens.spacingVerticalXXL,
  },
});

export interface FlyoutProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Flyout({ title, onClose, children }: FlyoutProps): ReactNode {
  const styles = useStyles();
  useFocusBack();
  return (
    <Drawer
      open
      position="end"
      className={styles.drawer}
      onOpenChange={(_event, { open }) => !open && onClose()}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          heading={{ className: styles.title }}
          action={
            <Button appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{children}</DrawerBody>
    </Drawer>
  );
}
