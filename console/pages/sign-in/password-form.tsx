import {
  Button,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import type { Session } from '../../app/session.ts';

const codeNeeded = 'urn:relay365:code-needed';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

export function PasswordForm({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }): ReactNode {
  const styles = useStyles();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      onSignedIn(await call('signIn', { body: { username, password, ...(code !== undefined && { code }) } }));
    } catch (failure) {
      const found = asProblem(failure);
      if (found.type === codeNeeded && code === undefined) setCode('');
      else setProblem(found);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <Field label="User name" required>
        <Input
          name="username"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={username}
          onChange={(_event, { value }) => setUsername(value)}
        />
      </Field>
      <Field label="Password" required>
        <Input
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(_event, { value }) => setPassword(value)}
        />
      </Field>
      {code !== undefined && (
        <Field label="Code of your authenticator app" required hint="Six digits">
          <Input
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9]{6}"
            maxLength={6}
            autoFocus
            value={code}
            onChange={(_event, { value }) => setCode(value)}
          />
        </Field>
      )}
      {problem && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{wordsFor(problem)}</MessageBarBody>
        </MessageBar>
      )}
      <Button type="submit" appearance="primary" disabled={busy || username === '' || password === ''}>
        Sign in
      </Button>
    </form>
  );
}

function wordsFor(problem: ApiProblem): string {
  // Which of the parts was wrong is not said by the relay, and not guessed here.
  if (problem.status === 401) return 'User name, password or code is not right.';
  return problem.detail === undefined ? problem.message : `${problem.message} ${problem.detail}`;
}
