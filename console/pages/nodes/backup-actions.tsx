import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { BackupView } from '../../../contract/schemas/backup.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
});

/** To read a backup to its end, and to restore it for trial. Neither touches the relay's own data. */
export function BackupActions({ backup: { name, state } }: { readonly backup: BackupView }): ReactNode {
  const styles = useStyles();
  const mayAct = useMay('administrator');
  const verify = useChange('verifyBackup', ['backups']);
  const rehearse = useChange('rehearseBackup', ['backups']);
  const announce = useAnnounce();
  if (!mayAct || state !== 'good') return null;
  const isBusy = verify.isPending || rehearse.isPending;
  const run = (which: 'verified' | 'rehearsed'): void =>
    (which === 'verified' ? verify : rehearse).mutate(
      { params: { name } },
      {
        onSuccess(answer) {
          const trial = answer[which];
          announce({
            intent: trial?.ok === true ? 'success' : 'error',
            title: trial?.ok === true ? `${name} is whole` : `${name} cannot be relied on`,
            ...(trial && { detail: trial.text }),
          });
        },
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <span className={styles.buttons}>
      <Button size="small" disabled={isBusy} aria-label={`Verify ${name}`} onClick={() => run('verified')}>
        Verify
      </Button>
      <Button size="small" disabled={isBusy} aria-label={`Rehearse ${name}`} onClick={() => run('rehearsed')}>
        Rehearse
      </Button>
    </span>
  );
}
