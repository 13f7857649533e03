/** The authenticator app (RFC 6238): its secret as QR code and as text, and it counts once a first code was given. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { CodeField, isCode } from './code-field.tsx';
import { QrCode } from './qr-code.tsx';

const useStyles = makeStyles({
  button: { alignSelf: 'flex-start' },
  secret: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
});

export function AppCard({ isAsked }: { readonly isAsked: boolean }): ReactNode {
  const styles = useStyles();
  const [doing, setDoing] = useState<'remove'>();
  const offer = useChange('offerTotp', []);
  return (
    <Card title="Authenticator app">
      <StatusBadge tone={isAsked ? 'good' : 'warning'}>
        {isAsked ? 'Asked for at each sign-in by password' : 'Not set up'}
      </StatusBadge>
      <p>
        {isAsked
          ? 'A lost phone is no lost account: an administrator can reset it.'
          : 'With it a stolen password alone does not open your account. Any app for six-digit codes does.'}
      </p>
      {offer.error && <ErrorState problem={offer.error} />}
      {isAsked ? (
        <Button className={styles.button} onClick={() => setDoing('remove')}>
          Remove the app
        </Button>
      ) : (
        <Button
          className={styles.button}
          appearance="primary"
          disabled={offer.isPending}
          onClick={() => offer.mutate({})}
        >
          Set up an app
        </Button>
      )}
      {offer.data && !isAsked && <SetUp {...offer.data} onClose={() => offer.reset()} />}
      {doing === 'remove' && <Remove onClose={() => setDoing(undefined)} />}
    </Card>
  );
}

interface SetUpProps {
  readonly secret: string;
  readonly uri: string;
  readonly onClose: () => void;
}

function SetUp({ secret, uri, onClose }: SetUpProps): ReactNode {
  const styles = useStyles();
  const [code, setCode] = useState('');
  const confirm = useChange('confirmTotp', ['me', 'users', 'user']);
  const announce = useAnnounce();
  return (
    <Confirm
      title="Set up an authenticator app"
      action="Ask for codes from now on"
      busy={confirm.isPending}
      blocked={!isCode(code)}
      problem={confirm.error}
      onClose={onClose}
      onConfirm={() =>
        confirm.mutate(
          { body: { code } },
          {
            onSuccess() {
              announce({
                intent: 'success',
                title: 'The app is set up',
                detail: 'Each sign-in by password asks for its code.',
              });
              onClose();
            },
          },
        )
      }
    >
      <p>Scan this with the app, or type the key into it. It is shown only now.</p>
      <QrCode text={uri} label="QR code of the key for the authenticator app" />
      <p className={styles.secret}>
        {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')} <CopyButton small what="Key" text={secret} />
      </p>
      <CodeField value={code} onChange={setCode} label="Code that the app shows" />
    </Confirm>
  );
}

function Remove({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [code, setCode] = useState('');
  const remove = useChange('removeTotp', ['me', 'users', 'user']);
  const announce = useAnnounce();
  return (
    <Confirm
      title="Remove the authenticator app"
      action="Remove the app"
      busy={remove.isPending}
      blocked={!isCode(code)}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { body: { code } },
          {
            onSuccess() {
              announce({
                intent: 'success',
                title: 'The app was removed',
                detail: 'Your password alone signs you in.',
              });
              onClose();
            },
          },
        )
      }
    >
      <p>Your password alone signs you in from then on. A current code shows that it is you who asks.</p>
      <CodeField value={code} onChange={setCode} label="Code that the app shows" />
    </Confirm>
  );
}
