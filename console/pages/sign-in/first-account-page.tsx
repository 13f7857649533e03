/** The first administrator, by the one-time link `/first#token`. What follows the # never leaves the browser but in this call. */
import {
  Button,
  Field,
  Input,
  Link,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import { router } from '../../app/router.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { SignInFrame } from './sign-in-frame.tsx';

/** NIST SP 800-63B-4 3.1.1.2, as the contract has it. */
const passwordLengthMin = 15;

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const client = useQueryClient();
  const [token] = useState(() => location.hash.slice(1));
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      client.setQueryData(
        ['session', {}],
        await call('makeFirstAccount', { body: { token, username, password } }),
      );
      router.history.replace('/');
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  if (token === '') return <NoToken />;
  const tooShort = password !== '' && password.length < passwordLengthMin;
  const differs = again !== '' && again !== password;
  return (
    <SignInFrame title="Make the first account">
      <p>It may do everything, further accounts included. The link works once.</p>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field label="User name" required hint="Letters, digits and . _ @ + -">
          <Input
            name="username"
            autoComplete="username"
            autoFocus
            value={username}
            onChange={(_event, { value }) => setUsername(value)}
          />
        </Field>
        <Field
          label="Password"
          required
          hint="At least 15 characters; a few words in a row are good"
          {...(tooShort && {
            validationMessage: `${password.length} of at least ${passwordLengthMin} characters`,
            validationState: 'warning' as const,
          })}
        >
          <Input
            name="password"
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(_event, { value }) => setPassword(value)}
          />
        </Field>
        <Field label="Password again" required {...(differs && { validationMessage: 'The two differ' })}>
          <Input
            name="again"
            type="password"
            autoComplete="new-password"
            value={again}
            onChange={(_event, { value }) => setAgain(value)}
          />
        </Field>
        {problem && <ErrorState problem={problem} />}
        <Button
          type="submit"
          appearance="primary"
          disabled={busy || username === '' || password.length < passwordLengthMin || again !== password}
        >
          Make the account
        </Button>
      </form>
    </SignInFrame>
  );
}

function NoToken(): ReactNode {
  return (
    <SignInFrame title="The link is not complete">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          Use the whole link that the relay printed, with what follows the #. Who has an account already can{' '}
          <Link inline href="/sign-in">
            sign in
          </Link>
          .
        </MessageBarBody>
      </MessageBar>
    </SignInFrame>
  );
}
