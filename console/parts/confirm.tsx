/** Asks once before something that cannot simply be undone: names the number, says what follows, names the action on the button. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem.ts';
import { ErrorState } from './error-state.tsx';
import { useFocusBack } from './focus-back.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  // One line, but on a phone, where buttons stand beneath one another.
  action: { '@media (min-width: 481px)': { flexShrink: 0, whiteSpace: 'nowrap', maxWidth: 'none' } },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': {
      backgroundColor: tokens.colorStatusDangerBackground3Hover,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ':hover:active': {
      backgroundColor: tokens.colorStatusDangerBackground3Pressed,
      color: tokens.colorNeutralForegroundOnBrand,
    },
  },
});

export interface ConfirmProps {
  readonly title: string;
  /** What follows: how many messages, whether senders are told, whether it can be undone. And fields, where it asks for some. */
  readonly children: ReactNode;
  /** Words of the button: the action itself, with its number (`Delete 3 messages`). */
  readonly action: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  /** The action cannot be carried out as it stands (a field is empty, a dry run is under way). */
  readonly blocked?: boolean;
  readonly problem?: ApiProblem | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function Confirm(props: ConfirmProps): ReactNode {
  const styles = useStyles();
  useFocusBack();
  const { title, children, action, danger = false, busy = false, blocked = false, problem } = props;
  return (
    <Dialog
      open
      modalType={danger ? 'alert' : 'modal'}
      onOpenChange={(_event, { open }) => !open && props.onClose()}
    >
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy && !blocked) props.onConfirm();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              {children}
              {problem && <ErrorState problem={problem} />}
            </DialogContent>
            <DialogActions>
              <Button
                type="submit"
                appearance="primary"
                disabled={busy || blocked}
                className={mergeClasses(styles.action, danger && !busy && !blocked && styles.danger)}
              >
                {action}
              </Button>
              <Button onClick={props.onClose}>Cancel</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
