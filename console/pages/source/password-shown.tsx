import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  password: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase400,
    userSelect: 'all',
  },
});

export interface PasswordShownProps {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly onClose: () => void;
}

/** The only time that a password is seen: the relay keeps its hash. */
export function PasswordShown({ name, username, password, onClose }: PasswordShownProps): ReactNode {
  const styles = useStyles();
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{`Login of ${name}`}</DialogTitle>
          <DialogContent className={styles.content}>
            <p>This is the only time that the password is shown. Type it into the device, or copy it now.</p>
            <Facts
              facts={[
                ['User name', username],
                [
                  'Password',
                  <span key="password">
                    <code className={styles.password}>{password}</code>{' '}
                    <CopyButton small what="Password" text={password} />
                  </span>,
                ],
              ]}
            />
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              I have it
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
