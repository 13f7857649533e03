import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { FingerprintRegular } from '@fluentui/react-icons/svg/fingerprint';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { PasskeyView } from '../../../contract/schemas/access.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  words: { flex: '1 1 auto', minWidth: 0, overflowWrap: 'anywhere' },
  used: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  button: { alignSelf: 'flex-start' },
});

export function PasskeyCard({ canUse }: { readonly canUse: boolean }): ReactNode {
  const styles = useStyles();
  const { data, error } = useRead('passkeys', {});
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<PasskeyView>();
  const items = data?.items ?? [];
  return (
    <Card title="Passkeys">
      <StatusBadge tone={items.length > 0 ? 'good' : 'plain'}>
        {items.length > 0 ? countOf(items.length, 'passkey') : 'None yet'}
      </StatusBadge>
      <p>
        {canUse
          ? 'A passkey signs you in by fingerprint, face or security key, and cannot be given away on a false page.'
          : 'Under this address a passkey cannot be made: a browser wants a host name and, other than for localhost, TLS.'}
      </p>
      {error && <ErrorState problem={error} />}
      {items.length > 0 && (
        <ul className={styles.list}>
          {items.map((passkey) => (
            <li key={passkey.id} className={styles.item}>
              <div className={styles.words}>
                <div>{passkey.name}</div>
                <div className={styles.used}>
                  made <Moment at={passkey.createdAt} show="relative" />,{' '}
                  {passkey.lastUsedAt === undefined ? (
                    'not used yet'
                  ) : (
                    <>
                      used <Moment at={passkey.lastUsedAt} show="relative" />
                    </>
                  )}
                </div>
              </div>
              <Button size="small" onClick={() => setRemoving(passkey)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button
        className={styles.button}
        icon={<FingerprintRegular />}
        disabled={!canUse}
        onClick={() => setIsAdding(true)}
      >
        Add a passkey
      </Button>
      {isAdding && <Add onClose={() => setIsAdding(false)} />}
      {removing && <Remove passkey={removing} onClose={() => setRemoving(undefined)} />}
    </Card>
  );
}

function Add({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const client = useQueryClient();
  const announce = useAnnounce();
  const add = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { startRegistration } = await import('@simplewebauthn/browser');
      const { id, options } = await call('offerPasskey', {});
      const response = await startRegistration({ optionsJSON: options as never });
      await call('addPasskey', { body: { id, name, response: response as never } });
      await Promise.all(['passkeys', 'me'].map((route) => client.invalidateQueries({ queryKey: [route] })));
      announce({ intent: 'success', title: `The passkey ${name} was added` });
      onClose();
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  return (
    <Confirm
      title="Add a passkey"
      action="Go on in the browser"
      busy={busy}
      blocked={name.trim() === ''}
      problem={problem ?? null}
      onClose={onClose}
      onConfirm={() => void add()}
    >
      <Field label="Name" required hint="By which you know it: the device that keeps it">
        <Input autoFocus maxLength={60} value={name} onChange={(_event, data) => setName(data.value)} />
      </Field>
    </Confirm>
  );
}

function Remove({
  passkey,
  onClose,
}: {
  readonly passkey: PasskeyView;
  readonly onClose: () => void;
}): ReactNode {
  const remove = useChange('removePasskey', ['passkeys', 'me']);
  const announce = useAnnounce();
  return (
    <Confirm
      title={`Remove the passkey ${passkey.name}`}
      action="Remove the passkey"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { params: { id: passkey.id } },
          {
            onSuccess() {
              announce({ intent: 'success', title: `The passkey ${passkey.name} was removed` });
              onClose();
            },
          },
        )
      }
    >
      <p>It signs you in no more. Your device may still offer it; delete it there as well.</p>
    </Confirm>
  );
}
