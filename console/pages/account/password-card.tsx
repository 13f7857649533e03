import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { isLongEnough, NewPasswordField } from '../../parts/new-password-field.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, alignItems: 'stretch' },
  button: { alignSelf: 'flex-start' },
});

export function PasswordCard({ changedAt }: { readonly changedAt: string | undefined }): ReactNode {
  const styles = useStyles();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const change = useChange('changeOwnPassword', ['me', 'sessions']);
  const announce = useAnnounce();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(
      { body: { current, password } },
      {
        onSuccess() {
          for (const clear of [setCurrent, setPassword, setAgain]) clear('');
          announce({
            intent: 'success',
            title: 'Your password was changed',
            detail: 'Your other sessions have ended.',
          });
        },
      },
    );
  };
  return (
    <Card title="Password">
      {changedAt !== undefined && (
        <p>
          Set <Moment at={changedAt} show="relative" />. Changing it ends your other sessions.
        </p>
      )}
      <form className={styles.form} onSubmit={submit}>
        <Field label="Current password" required>
          <Input
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(_event, data) => setCurrent(data.value)}
          />
        </Field>
        <NewPasswordField label="New password" value={password} onChange={setPassword} />
        <Field
          label="New password again"
          required
          {...(again !== '' && again !== password && { validationMessage: 'The two differ' })}
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={again}
            onChange={(_event, data) => setAgain(data.value)}
          />
        </Field>
        {change.error && <ErrorState problem={change.error} />}
        <Button
          className={styles.button}
          type="submit"
          disabled={change.isPending || current === '' || !isLongEnough(password) || again !== password}
        >
          Change the password
        </Button>
      </form>
    </Card>
  );
}
